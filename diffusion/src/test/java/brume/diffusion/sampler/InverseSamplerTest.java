package brume.diffusion.sampler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.Level;
import brume.diffusion.process.Mix;
import brume.diffusion.process.Processes;
import brume.diffusion.process.TrainedProcess;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The noise of normal data is known: the flow takes what lies z standard deviations off the mean at one
 * level to what lies z off it at any other.
 */
class InverseSamplerTest {

  private static final double MEAN = 0.3, DEVIATION = 0.4;
  private static final double[] OFF = {-2, -0.7, 0, 0.4, 1.8};

  private final Backend on = Backends.reference();

  private static InverseSampler sampler(String kind, int steps) {
    TrainedProcess process = Processes.CATALOG.named(kind).defaults().create(Clipping.none());
    return (InverseSampler) new DdimInverse(
            new LandingGrid(new Grid(steps, new Spacings.Uniform()), End.DATA), Stride.LEVEL)
        .create(process);
  }

  /** The best estimate: E[x_0 | x] = m + α·s²/(α²·s² + σ²)·(x − α·m). */
  private static Estimate exact(Variable x, Level level) {
    double a = level.signal(), n = level.noise(), s2 = DEVIATION * DEVIATION;
    double gain = a * s2 / (a * a * s2 + n * n);
    double[] ones = new double[x.shape().size()];
    Arrays.fill(ones, 1);
    Variable one = Variable.constant(Tensor.of(x.value().device(), x.shape(), ones));
    return Estimate.ofData(level, x, Mix.mix(gain, x, MEAN * (1 - gain * a), one));
  }

  private Tensor data() {
    double[] data = Arrays.stream(OFF).map(z -> MEAN + DEVIATION * z).toArray();
    return Tensor.of(on, Shape.of(1, OFF.length), data);
  }

  /** Distance of the found noise from that of the flow, as a share of its size. */
  private double error(InverseSampler sampler, int count) {
    try (Scope scope = Scope.open()) {
      double[] found = sampler
          .toNoise(InverseSamplerTest::exact, data(), count, SamplingListener.NONE)
          .toDoubles();
      Level level = sampler.levels().at(count - 1);
      double size = Math.hypot(level.signal() * DEVIATION, level.noise()), error = 0;
      for (int i = 0; i < OFF.length; i++) {
        double right = level.signal() * MEAN + size * OFF[i];
        error = Math.max(error, Math.abs(found[i] - right) / size);
      }
      return error;
    }
  }

  private double roundTrip(InverseSampler sampler, int count) {
    try (Scope scope = Scope.open()) {
      Tensor noise =
          sampler.toNoise(InverseSamplerTest::exact, data(), count, SamplingListener.NONE);
      double[] back = sampler
          .denoise(
              InverseSamplerTest::exact,
              noise,
              count,
              NoiseSource.keyed(RandomKey.of(1), 0),
              SamplingListener.NONE)
          .toDoubles();
      double[] data = data().toDoubles();
      double error = 0;
      for (int i = 0; i < data.length; i++) {
        error = Math.max(error, Math.abs(back[i] - data[i]));
      }
      return error;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"discrete", "continuous", "edm", "flow"})
  void theNoiseOfNormalDataIsFoundInProportionToTheSteps(String kind) {
    double few = error(sampler(kind, 100), 60), many = error(sampler(kind, 200), 120);
    assertTrue(many < 0.03, kind + ": " + many);
    double slope = Math.log(few / many) / Math.log(2);
    assertTrue(slope > 0.85 && slope < 1.15, kind + ": order " + slope);
  }

  @ParameterizedTest
  @ValueSource(strings = {"discrete", "continuous", "edm", "flow"})
  void dataComeBack(String kind) {
    double few = roundTrip(sampler(kind, 100), 100), many = roundTrip(sampler(kind, 400), 400);
    assertTrue(many < 0.012, kind + ": " + many);
    assertTrue(many < few / 3.5, kind + ": " + few + " and " + many);
  }

  @Test
  void levelsThatThereAreNotAreRefused() {
    InverseSampler sampler = sampler("discrete", 10);
    try (Scope scope = Scope.open()) {
      Tensor data = data();
      for (int count : new int[] {0, 11}) {
        assertEquals(
            "inverse: expected 1 to 10 steps, got " + count,
            assertThrows(
                    IllegalArgumentException.class,
                    () -> sampler.toNoise(
                        InverseSamplerTest::exact, data, count, SamplingListener.NONE))
                .getMessage());
      }
    }
  }
}
