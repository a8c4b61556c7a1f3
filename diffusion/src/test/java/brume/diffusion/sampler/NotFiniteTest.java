package brume.diffusion.sampler;

import static brume.autograd.function.pointwise.Affine.affine;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.autograd.Variable;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Levels;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.ReverseProcess;
import brume.nn.Denoiser;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers that get lost are found at the step that loses them. */
class NotFiniteTest {

  private final Backend on = Backends.reference();
  private final ReverseProcess process =
      ReverseProcess.of(NoiseSchedule.cosine(50), Prediction.EPSILON);
  private final List<Integer> seen = new ArrayList<>();

  private String refusal(Denoised model) {
    StepSampler sampler = new StepSampler(Levels.through(process.q(), 9, 19, 29), DdimStep.of(0));
    NoiseSource noise = NoiseSource.keyed(RandomKey.of(1), 0);
    try (Scope scope = Scope.open()) {
      Tensor start = noise.start(on, Shape.of(2, 3));
      return assertThrows(
              NotFiniteException.class,
              () -> sampler.sample(model, start, noise, (done, of, x, x0) -> seen.add(done)))
          .getMessage();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void ofTheNetwork(double bad) {
    Denoiser network = query -> query.times()[0] > 20 ? query.xt() : spoiled(query.xt(), bad);
    assertEquals(
        "step 2 of 3, at time 19.0 of the network: expected finite samples, got none from the network;"
            + " try an earlier checkpoint, or its weights without averages",
        refusal(Denoised.of(network, process.withClipping(Clipping.none()))));
    assertEquals(List.of(1), seen);
  }

  private Variable spoiled(Variable x, double bad) {
    double[] values = x.value().toDoubles();
    values[4] = bad;
    return Variable.constant(Tensor.of(on, x.shape(), values));
  }

  @Test
  void ofTheEstimate() {
    Denoised model = (xt, level) ->
        Estimate.ofData(level, xt, xt).withX0(affine(xt, Double.MAX_VALUE, Double.MAX_VALUE));
    assertEquals(
        "step 1 of 3, at time 29.0 of the network: expected finite samples, got an estimate of the data"
            + " out of range, as only 0.58 of them is left in the noise there; predict v or x0, or"
            + " choose a schedule that leaves more",
        refusal(model));
  }

  @Test
  void ofTheStep() {
    Step step = (now, model, z) -> spoiled(now.xt(), Double.NaN);
    NoiseSource noise = NoiseSource.keyed(RandomKey.of(1), 0);
    try (Scope scope = Scope.open()) {
      Tensor start = noise.start(on, Shape.of(2, 3));
      StepSampler sampler = new StepSampler(Levels.all(process.q()), step);
      assertEquals(
          "step 1 of 50, at time 49.0 of the network: expected finite samples, got none from the step;"
              + " take more steps, or another sampler",
          assertThrows(
                  NotFiniteException.class,
                  () -> sampler.sample(
                      (xt, level) -> Estimate.ofData(level, xt, xt),
                      start,
                      noise,
                      SamplingListener.NONE))
              .getMessage());
    }
  }

  @Test
  void aProcessWithoutAWayBackIsRefusedBeforehand() {
    String nothingLeft =
        "process: expected something of the data to be left, as prediction epsilon is"
            + " divided by it, got nothing at time 9 of 10; predict v or x0, or choose a schedule without"
            + " zero terminal SNR";
    assertEquals(nothingLeft, refusalOf(NoiseSchedule.harmonic(10), Prediction.EPSILON));
    NoiseSchedule zero = NoiseSchedule.cosine(10).withZeroTerminalSnr();
    assertEquals(nothingLeft, refusalOf(zero, Prediction.EPSILON));
    for (Prediction prediction : List.of(Prediction.X0, Prediction.V, Prediction.MEAN)) {
      ReverseProcess.of(zero, prediction).requireDefined();
      ReverseProcess.of(NoiseSchedule.harmonic(10), prediction).requireDefined();
    }
    for (Prediction prediction : Prediction.values()) {
      ReverseProcess.of(NoiseSchedule.cosine(10), prediction).requireDefined();
      assertEquals(
          "process: expected something of the data to be left before the last time, got nothing at"
              + " time 1 of 3; choose a schedule whose betas are less than 1",
          refusalOf(NoiseSchedule.ofBetas(0.1, 1, 0.5), prediction));
    }
  }

  private static String refusalOf(NoiseSchedule schedule, Prediction prediction) {
    Denoiser network = query -> query.xt();
    return assertThrows(
            IllegalArgumentException.class,
            () -> Denoised.of(network, ReverseProcess.of(schedule, prediction)))
        .getMessage();
  }

  @Test
  void aStepThatStandsStillHasNoMeanToBeReadThrough() {
    ReverseProcess still = ReverseProcess.of(
        new ForwardProcess(NoiseSchedule.cosine(10)).schedule().respaced(3, 3), Prediction.MEAN);
    assertEquals(
        "process: expected a share of the data in the step back, as prediction mean is divided by it,"
            + " got share 0.0 at time 1 of 2; predict v or x0, or visit times that differ",
        assertThrows(IllegalArgumentException.class, still::requireDefined).getMessage());
  }
}
