package brume.diffusion.sampler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Level;
import brume.diffusion.process.Levels;
import brume.diffusion.process.NoiseSchedule;
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
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Heun's method where the flow is known: data are points of the plane from a normal distribution with
 * a mean and a covariance, whose estimate has a closed form.
 *
 * <pre>
 *   E[x_0 | x̄] = m + C·(C + σ²)⁻¹·(x̄ − m)           x̄ = x/√ᾱ
 *   flow from σ to σ':  x̄' = m + √((C + σ'²)·(C + σ²)⁻¹)·(x̄ − m)
 * </pre>
 */
class HeunTest {

  private static final double[] MEAN = {0.4, -0.7};
  // The covariance, by its directions: half a right angle turned, and a variance for each.
  private static final double[] VARIANCES = {0.6, 0.05};
  private static final double ROOT = Math.sqrt(0.5);

  private final Backend on = Backends.reference();
  private final ForwardProcess q = new ForwardProcess(NoiseSchedule.linear(1000));

  /** Along direction 0 or 1, the number by which the way from σ to the data shortens a distance. */
  private static double estimateFactor(int direction, double sigma) {
    return VARIANCES[direction] / (VARIANCES[direction] + sigma * sigma);
  }

  private static double flowFactor(int direction, double from, double to) {
    double variance = VARIANCES[direction];
    return Math.sqrt((variance + to * to) / (variance + from * from));
  }

  /** (N, 2) points whose distances from the mean are multiplied along both directions. */
  private static double[] stretched(double[] points, double first, double second) {
    double[] y = new double[points.length];
    for (int i = 0; i < points.length; i += 2) {
      double dx = points[i] - MEAN[0], dy = points[i + 1] - MEAN[1];
      double along = first * ROOT * (dx + dy), across = second * ROOT * (dx - dy);
      y[i] = MEAN[0] + ROOT * (along + across);
      y[i + 1] = MEAN[1] + ROOT * (along - across);
    }
    return y;
  }

  private static double[] divided(double[] x, double by) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i] / by;
    }
    return y;
  }

  private final Denoised exact = (xt, level) -> {
    double[] unscaled = divided(xt.value().toDoubles(), level.signal());
    double[] x0 =
        stretched(unscaled, estimateFactor(0, level.sigma()), estimateFactor(1, level.sigma()));
    return Estimate.ofData(level, xt, Variable.constant(Tensor.of(on, xt.shape(), x0)));
  };

  /** Where the flow leads from x at the last level, and Euler's step from the first one. */
  private static double[] flow(double[] x, Levels levels) {
    Level last = levels.at(levels.count() - 1), first = levels.at(0);
    double high = last.sigma(), low = first.sigma();
    return stretched(
        divided(x, last.signal()),
        flowFactor(0, high, low) * estimateFactor(0, low),
        flowFactor(1, high, low) * estimateFactor(1, low));
  }

  private double error(Step step, int steps) {
    double[] start = {-2, -0.5, 1, 1.5, 0.3, -1};
    Levels levels = KarrasSpacing.USUAL.levels(q, steps);
    try (Scope scope = Scope.open()) {
      double[] end = new StepSampler(levels, step)
          .sample(
              exact,
              Tensor.of(on, Shape.of(3, 2), start),
              NoiseSource.keyed(RandomKey.of(1), 0),
              SamplingListener.NONE)
          .toDoubles();
      double[] expected = flow(start, levels);
      double error = 0;
      for (int i = 0; i < end.length; i++) {
        error = Math.max(error, Math.abs(end[i] - expected[i]));
      }
      return error;
    }
  }

  @Test
  void errorsFallWithTheSquareOfTheStep() {
    for (int steps : new int[] {40, 80, 160}) {
      double slope =
          Math.log(error(new HeunStep(), steps) / error(new HeunStep(), 2 * steps)) / Math.log(2);
      assertEquals(2, slope, 0.12, steps + " steps");
    }
    double ofEuler = Math.log(error(DdimStep.of(0), 80) / error(DdimStep.of(0), 160)) / Math.log(2);
    assertEquals(1, ofEuler, 0.12);
    assertTrue(error(new HeunStep(), 40) < error(DdimStep.of(0), 160));
  }

  @Test
  void meanAndCovarianceAreReached() {
    int points = 20_000; // the variance of so many has an error of 1%
    Levels levels = KarrasSpacing.USUAL.levels(q, 80);
    NoiseSource noise = NoiseSource.keyed(RandomKey.of(1), 0);
    try (Scope scope = Scope.open()) {
      double[] x = new StepSampler(levels, new HeunStep())
          .sample(exact, noise.start(on, Shape.of(points, 2)), noise, SamplingListener.NONE)
          .toDoubles();
      double[] mean = new double[2];
      for (int i = 0; i < x.length; i++) {
        mean[i % 2] += x[i] / points;
      }
      double along = 0, across = 0, mixed = 0;
      for (int i = 0; i < x.length; i += 2) {
        double a = ROOT * (x[i] - mean[0] + x[i + 1] - mean[1]);
        double b = ROOT * (x[i] - mean[0] - x[i + 1] + mean[1]);
        along += a * a / points;
        across += b * b / points;
        mixed += a * b / points;
      }
      assertEquals(MEAN[0], mean[0], 0.02);
      assertEquals(MEAN[1], mean[1], 0.02);
      assertEquals(VARIANCES[0], along, 0.03 * VARIANCES[0]);
      assertEquals(VARIANCES[1], across, 0.03 * VARIANCES[1]);
      assertEquals(0, mixed, 0.03 * Math.sqrt(VARIANCES[0] * VARIANCES[1]));
    }
  }

  @Test
  void theModelIsAskedTwiceAStepButForTheLast() {
    List<Double> told = new ArrayList<>();
    Denoised listening = (xt, level) -> {
      told.add(level.time());
      return exact.at(xt, level);
    };
    StepSampler sampler = new StepSampler(Levels.through(q, 10, 400, 999), new HeunStep());
    List<Integer> done = new ArrayList<>();
    try (Scope scope = Scope.open()) {
      NoiseSource noise = NoiseSource.keyed(RandomKey.of(1), 0);
      sampler.sample(
          listening, noise.start(on, Shape.of(1, 2)), noise, (i, of, x, x0) -> done.add(i));
    }
    assertEquals(List.of(999.0, 400.0, 400.0, 10.0, 10.0), told);
    assertEquals(List.of(1, 2, 3), done);
    assertEquals(3, sampler.steps());
  }

  /** Where nothing is left of the data, σ is infinite; the flow begins one level later. */
  @Test
  void levelsWithoutDataAreStepsOfEuler() {
    ForwardProcess toNothing = new ForwardProcess(NoiseSchedule.linear(1000).withZeroTerminalSnr());
    Denoised model = (xt, level) ->
        level.signal() == 0 ? Estimate.ofData(level, xt, mean(xt)) : exact.at(xt, level);
    try (Scope scope = Scope.open()) {
      NoiseSource noise = NoiseSource.keyed(RandomKey.of(1), 0);
      double[] end = new StepSampler(
              TimestepSpacing.TRAILING.levels(toNothing, 200), new HeunStep())
          .sample(model, noise.start(on, Shape.of(4, 2)), noise, SamplingListener.NONE)
          .toDoubles();
      for (double number : end) {
        assertTrue(Math.abs(number) < 4, () -> "a number of such data, got " + number);
      }
    }
  }

  private Variable mean(Variable xt) {
    return Variable.constant(Tensor.of(on, xt.shape(), stretched(xt.value().toDoubles(), 0, 0)));
  }

  @ParameterizedTest
  @EnumSource(names = "WHOLE_STRIDE", mode = EnumSource.Mode.EXCLUDE)
  void goesWithEverySpacing(TimestepSpacing spacing) {
    Levels levels = spacing.levels(q, 50);
    try (Scope scope = Scope.open()) {
      double[] start = {0.3, -1};
      double[] end = new StepSampler(levels, new HeunStep())
          .sample(
              exact,
              Tensor.of(on, Shape.of(1, 2), start),
              NoiseSource.keyed(RandomKey.of(1), 0),
              SamplingListener.NONE)
          .toDoubles();
      double[] expected = flow(start, levels);
      assertEquals(expected[0], end[0], 0.1);
      assertEquals(expected[1], end[1], 0.1);
    }
  }
}
