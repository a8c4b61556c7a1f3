package brume.diffusion.likelihood;

import static brume.autograd.function.shape.Concatenate.concatenate;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.process.ReverseVariance;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where data are normal, every step back is normal too, and mean and variance of it are known:
 *
 * <pre>
 *   E[ε | x_t]        = √(1 − ᾱ)·(x_t − √ᾱ·m)/V      V = ᾱ·s² + 1 − ᾱ, the variance of x_t
 *   var[x_{t−1} | x_t] = β·V₋/V                       V₋ one step before
 * </pre>
 *
 * <p>A predictor that tells them leaves no gap: the bound is the negative log-likelihood, however few
 * the steps.
 */
class VariationalBoundTest {

  private static final double MEAN = 0.1, DEVIATION = 0.25;
  private static final int NUMBERS = 40_000;
  private static final double BIN = 2.0 / 255; // width of an 8-bit value in [−1, 1]

  private final Backend on = Backends.reference();

  @ParameterizedTest
  @ValueSource(ints = {4, 20, 60})
  void isTheLikelihoodOfNormalDataIfTheStepsAreExact(int steps) {
    try (Scope scope = Scope.open()) {
      Variable x0 = pixels();
      assertEquals(bitsOf(x0), bound(NoiseSchedule.cosine(steps), x0, 0, 0), 0.015);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 20, 60})
  void isLargerIfMeansOrVariancesAreNot(int steps) {
    try (Scope scope = Scope.open()) {
      Variable x0 = pixels();
      NoiseSchedule schedule = NoiseSchedule.cosine(steps);
      assertTrue(bound(schedule, x0, 0.2, 0) > bitsOf(x0) + 0.05);
      assertTrue(bound(schedule, x0, 0, 0.4) > bitsOf(x0) + 0.05);
    }
  }

  /** What is missing then is KL(q(x_T) ‖ N(0, 1)), on average over the data. */
  @Test
  void lacksOnlyWhatKeepsTheLastTimeFromNoise() {
    try (Scope scope = Scope.open()) {
      Variable x0 = pixels();
      NoiseSchedule schedule = NoiseSchedule.linear(12, 0.02, 0.1);
      double alphaBar = schedule.alphaBar(11), variance = variance(alphaBar);
      double nats = (variance + alphaBar * MEAN * MEAN - 1 - Math.log(variance)) / 2;
      assertEquals(bitsOf(x0) + nats / Math.log(2), bound(schedule, x0, 0, 0), 0.015);
      assertTrue(nats > 0.05);
    }
  }

  /** All terms, at one draw of noise each. */
  private double bound(
      NoiseSchedule schedule, Variable x0, double errorOfMean, double errorOfLogVariance) {
    ReverseProcess process = ReverseProcess.of(schedule, Prediction.EPSILON)
        .withVariance(ReverseVariance.LEARNED)
        .withClipping(Clipping.none());
    VariationalBound bound = new VariationalBound(process, 1e-12);
    double bits = bound.prior(x0).value().item();
    for (int step = 0; step < schedule.steps(); step++) {
      int[] t = {step};
      Variable epsilon = normal("noise " + step);
      Variable xt = process.q().sample(x0, t, epsilon);
      double[] told = xt.value().toDoubles(), logVariances = new double[NUMBERS];
      double alphaBar = schedule.alphaBar(step), variance = variance(alphaBar);
      double logVariance =
          Math.log(schedule.beta(step) * variance(schedule.alphaBarBefore(step)) / variance);
      for (int i = 0; i < NUMBERS; i++) {
        told[i] = Math.sqrt(1 - alphaBar) * (told[i] - Math.sqrt(alphaBar) * MEAN) / variance
            + errorOfMean;
        logVariances[i] = logVariance + errorOfLogVariance;
      }
      bits += bound
          .term(x0, xt, t, concatenate(numbers(told), numbers(logVariances)))
          .value()
          .item();
    }
    return bits;
  }

  /** Variance of x_t. */
  private static double variance(double alphaBar) {
    return alphaBar * DEVIATION * DEVIATION + 1 - alphaBar;
  }

  /** Bits per dimension of the distribution that the data come from. */
  private static double bitsOf(Variable x0) {
    double nats = 0;
    for (double x : x0.value().toDoubles()) {
      double u = (x - MEAN) / DEVIATION;
      nats += (u * u + Math.log(2 * Math.PI)) / 2 + Math.log(DEVIATION) - Math.log(BIN);
    }
    return nats / NUMBERS / Math.log(2);
  }

  /** Normal numbers, rounded to 8 bits. */
  private Variable pixels() {
    double[] x = normal("data").value().toDoubles();
    for (int i = 0; i < x.length; i++) {
      double pixel = Math.max(-1, Math.min(1, MEAN + DEVIATION * x[i]));
      x[i] = Math.round((pixel + 1) / BIN) * BIN - 1;
    }
    return numbers(x);
  }

  private Variable normal(String name) {
    double[] x = new double[NUMBERS];
    RandomKey.of(11).child(name).fillNormal(0, x, 0, NUMBERS);
    return numbers(x);
  }

  private Variable numbers(double[] values) {
    return Variable.constant(Tensor.of(on, Shape.of(1, NUMBERS), values));
  }
}
