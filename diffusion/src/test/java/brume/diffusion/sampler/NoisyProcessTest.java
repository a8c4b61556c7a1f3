package brume.diffusion.sampler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.autograd.function.pointwise.Multiply;
import brume.autograd.function.pointwise.Pointwise;
import brume.autograd.function.reduce.Mean;
import brume.diffusion.objective.ContinuousLoss;
import brume.diffusion.objective.ErrorMeasure;
import brume.diffusion.objective.Weightings;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.ContinuousProcess;
import brume.diffusion.process.LogSnr;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.VariancePreserving;
import brume.diffusion.process.VeProcess;
import brume.diffusion.process.VeSettings;
import brume.diffusion.process.VpProcess;
import brume.diffusion.process.VpSettings;
import brume.diffusion.settings.SettingException;
import brume.nn.Denoiser;
import brume.nn.Pass;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Song's two processes as Karras et al. (2022), table 1, see them. */
class NoisyProcessTest {

  private static final double[] TIMES = {0.01, 0.2, 0.55, 0.98};

  private final Backend on = Backends.reference();
  private final VpProcess vp =
      (VpProcess) VpSettings.USUAL.create(Clipping.none()).continuous("numbered");
  private final VeProcess ve =
      (VeProcess) VeSettings.USUAL.create(Clipping.none()).continuous("numbered");

  /** The same process where data shrink as noise grows, whose network is asked for ε without a scale. */
  private static VariancePreserving preserving() {
    LogSnr falling = t -> -Math.log(Math.expm1(19.9 * t * t / 2 + 0.1 * t));
    return new VariancePreserving(falling, Prediction.EPSILON, Clipping.none());
  }

  @Test
  void aNetworkIsAskedAndReadAsThatOfThePreservingProcess() {
    for (double t : TIMES) {
      double sigma = vp.sigma(t), x = 0.7 * sigma - 0.2, answer = 0.4;
      ContinuousProcess.Reading here = vp.reading(sigma), there = preserving().reading(t);
      double shrunk = preserving().signal(t) * x;
      assertEquals(t, vp.paperTime(sigma), 1e-12);
      assertEquals(999 * t, here.told(), 1e-9);
      assertEquals(there.input() * shrunk, here.input() * x, 1e-9 * Math.abs(x));
      assertEquals(
          there.skip() * shrunk + there.out() * answer,
          here.skip() * x + here.out() * answer,
          1e-9 * (1 + sigma));
    }
  }

  /** With the weight 1/σ² of the table, which is that of the error of the answer. */
  @Test
  void itsLossAndGradientAreThoseOfThePlainErrorOfTheNoise() {
    double[] sigmas = Arrays.stream(TIMES).map(vp::sigma).toArray();
    assertArrayEquals(gradient(preserving(), TIMES, 1), gradient(vp, sigmas, 1), 1e-9);
  }

  /** What the other one tells is −ε of data shown as they are. */
  @Test
  void theExplodingNetworkTellsWhatIsLeftOfTheNoise() {
    double[] sigmas = {0.05, 1, 40};
    try (Scope scope = Scope.open()) {
      Variable x0 = Variable.constant(Tensor.of(on, Shape.of(3, 1), new double[] {0.7, -0.2, 0.4}));
      double[] noise = {-1.1, 0.3, 0.9};
      Variable epsilon = Variable.constant(Tensor.of(on, Shape.of(3, 1), noise));
      double[] told = Arrays.stream(noise).map(z -> -z).toArray();
      Variable answer = Variable.constant(Tensor.of(on, Shape.of(3, 1), told));
      ContinuousLoss loss = new ContinuousLoss(ve, new Weightings.Uniform(), ErrorMeasure.SQUARED);
      Denoiser knows = query -> {
        for (int n = 0; n < 3; n++) {
          assertEquals(Math.log(sigmas[n] / 2), query.times()[n], 1e-12);
        }
        return answer;
      };
      double[] losses = loss.losses(knows, x0, sigmas, epsilon, false, Pass.inference())
          .value()
          .toDoubles();
      assertArrayEquals(new double[3], losses, 1e-12);
    }
  }

  /** (losses, gradient) of a network tanh(w·x), the last checked by differences. */
  private double[] gradient(ContinuousProcess process, double[] times, double w) {
    double h = 1e-4;
    double[] at = lossAndSlope(process, times, w);
    double difference =
        (lossAndSlope(process, times, w + h)[0] - lossAndSlope(process, times, w - h)[0]) / (2 * h);
    assertEquals(difference, at[1], 1e-6 * (1 + Math.abs(difference)));
    return at;
  }

  private double[] lossAndSlope(ContinuousProcess process, double[] times, double w) {
    int n = times.length;
    try (Scope scope = Scope.open()) {
      Variable weight = Variable.parameter(Tensor.of(on, Shape.of(1, 1), new double[] {w}));
      Variable x0 =
          Variable.constant(Tensor.of(on, Shape.of(n, 1), new double[] {0.7, -0.2, 0.4, 0.1}));
      Variable epsilon =
          Variable.constant(Tensor.of(on, Shape.of(n, 1), new double[] {-1.1, 0.3, 0.9, -0.5}));
      Denoiser network = query -> Pointwise.tanh(Multiply.multiply(query.xt(), weight));
      Variable loss =
          Mean.mean(new ContinuousLoss(process, new Weightings.Uniform(), ErrorMeasure.SQUARED)
              .losses(network, x0, times, epsilon, false, Pass.training(RandomKey.of(1))));
      double slope = loss.backward().of(weight).orElseThrow().toDoubles()[0];
      return new double[] {loss.value().toDoubles()[0], slope};
    }
  }

  @Test
  void timesOfTrainingAndSamplingAreThoseOfTheTable() {
    RandomKey key = RandomKey.of(3);
    double[] times = new double[4000], logs = new double[4000];
    for (int n = 0; n < 4000; n++) {
      times[n] = vp.paperTime(vp.draw(key, n));
      logs[n] = Math.log(ve.draw(key, n));
    }
    assertEquals(0.5, Arrays.stream(times).average().orElseThrow(), 0.02);
    assertTrue(Arrays.stream(times).allMatch(t -> t >= 0.99e-5 && t <= 1));
    assertEquals(
        (Math.log(0.02) + Math.log(100)) / 2, Arrays.stream(logs).average().orElseThrow(), 0.15);
    double[] visited = vp.times(5), exploding = ve.times(5);
    assertEquals(1e-3, vp.paperTime(visited[0]), 1e-12);
    assertEquals(0.25 * 1e-3 + 0.75, vp.paperTime(visited[3]), 1e-12);
    assertEquals(vp.end(), visited[4], 1e-12 * vp.end());
    // σ_i² = σ_max²·(σ_min²/σ_max²)^(i/(N − 1)), i from the noise
    assertEquals(Math.sqrt(1e4 * Math.pow(4e-4 / 1e4, 0.25)), exploding[3], 1e-9);
  }

  @Test
  void rangesThatAreNoneAreRefused() {
    VeSettings none = new VeSettings(5, 1);
    assertThrows(SettingException.class, () -> none.create(Clipping.none()));
  }
}
