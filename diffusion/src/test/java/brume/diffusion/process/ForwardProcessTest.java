package brume.diffusion.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.autograd.Variable;
import brume.diffusion.objective.LossWeighting;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@SuppressWarnings("MustBeClosedChecker") // closed after each test
class ForwardProcessTest {

  private final Scope scope = Scope.open();
  private final ForwardProcess q = new ForwardProcess(NoiseSchedule.cosine(50));
  private final int[] t = {0, 20, 49};
  private final Variable x0 = of(0.5, -0.2, 0.9), epsilon = of(1.1, -0.7, 0.3);

  @AfterEach
  void closeScope() {
    scope.close();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BOTH") // which has no single target
  void targetsTellDataAndNoise(Prediction prediction) {
    Variable xt = q.sample(x0, t, epsilon);
    Variable output = prediction.target(q, x0, t, epsilon);
    requireEqual(x0, prediction.x0(q, xt, t, output));
    requireEqual(epsilon, prediction.epsilon(q, xt, t, output));
    requireEqual(q.posteriorMean(x0, xt, t), prediction.mean(q, x0, xt, t, output));
  }

  @Test
  void velocityIsNoiseLessData() {
    double[] v = q.v(x0, t, epsilon).value().toDoubles();
    double alphaBar = q.schedule().alphaBar(20);
    assertEquals(Math.sqrt(alphaBar) * -0.7 - Math.sqrt(1 - alphaBar) * -0.2, v[1], 1e-15);
  }

  @Test
  void posteriorIsTheProductOfItsTwoNormals() {
    // By Bayes, precisions add: of x_{t−1} given x_0, and of x_t given x_{t−1} seen from x_{t−1}.
    NoiseSchedule s = q.schedule();
    double prior = 1 / (1 - s.alphaBarBefore(20)), step = s.alpha(20) / s.beta(20);
    assertEquals(1 / (prior + step), q.posteriorVariance(20), 1e-15);
    assertEquals(
        Math.sqrt(s.alphaBarBefore(20)) * prior / (prior + step), q.posteriorOfX0(20), 1e-14);
    assertEquals(1 / Math.sqrt(s.alpha(20)) * step / (prior + step), q.posteriorOfXt(20), 1e-14);
  }

  @Test
  void theFirstLogVarianceIsFiniteInTwoWays() {
    assertEquals(Math.log(1e-20), q.posteriorLogVariance(0));
    ForwardProcess other = new ForwardProcess(q.schedule(), LogVarianceFloor.SECOND_STEP);
    assertEquals(Math.log(q.posteriorVariance(1)), other.posteriorLogVariance(0));
    assertEquals(q.posteriorLogVariance(1), other.posteriorLogVariance(1));
  }

  @Test
  void weightsMakeAllPredictionsEquivalent() {
    double snr = 9;
    assertEquals(1, LossWeighting.equivalentToEpsilon(Prediction.EPSILON).weight(snr));
    assertEquals(9, LossWeighting.equivalentToEpsilon(Prediction.X0).weight(snr));
    assertEquals(0.9, LossWeighting.equivalentToEpsilon(Prediction.V).weight(snr), 1e-15);
    assertEquals(5.0 / 9, LossWeighting.minSnr(Prediction.EPSILON, 5).weight(snr), 1e-15);
    assertEquals(5, LossWeighting.minSnr(Prediction.X0, 5).weight(snr));
    assertEquals(0.5, LossWeighting.minSnr(Prediction.V, 5).weight(snr), 1e-15);
    assertThrows(UnsupportedOperationException.class, () -> LossWeighting.minSnr(Prediction.MEAN, 5)
        .weight(snr));
  }

  private static void requireEqual(Variable expected, Variable actual) {
    assertArrayEquals(expected.value().toDoubles(), actual.value().toDoubles(), 1e-9);
  }

  private static Variable of(double... values) {
    return Variable.constant(Tensor.of(Backends.reference(), Shape.of(values.length, 1), values));
  }
}
