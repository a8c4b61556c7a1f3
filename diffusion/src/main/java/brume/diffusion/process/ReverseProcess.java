package brume.diffusion.process;

import brume.autograd.Variable;
import brume.diffusion.settings.SettingException;
import brume.tensor.Shape;
import brume.tensor.Text;
import java.util.function.Function;

/**
 * The way back, p(x_{t−1} | x_t), as a network tells it: how its outputs are read.
 *
 * @param q the way there
 * @param prediction what the outputs stand for
 * @param variance of one step
 * @param clipping of estimated data
 */
public record ReverseProcess(
    ForwardProcess q, Prediction prediction, ReverseVariance variance, Clipping clipping)
    implements TrainedProcess {

  /**
   * The process of images: small fixed variance, data in [−1, 1].
   *
   * @param schedule the way there
   * @param prediction what the outputs stand for
   * @return the process
   */
  public static ReverseProcess of(NoiseSchedule schedule, Prediction prediction) {
    return new ReverseProcess(
        new ForwardProcess(schedule), prediction, ReverseVariance.FIXED_SMALL, Clipping.unit());
  }

  /**
   * This process with another variance.
   *
   * @param other of one step
   * @return the process
   */
  public ReverseProcess withVariance(ReverseVariance other) {
    return new ReverseProcess(q, prediction, other, clipping);
  }

  /**
   * This process with another clipping.
   *
   * @param other of estimated data
   * @return the process
   */
  @Override
  public ReverseProcess withClipping(Clipping other) {
    return new ReverseProcess(q, prediction, variance, other);
  }

  /**
   * This process with other steps, of which outputs are read in the same way.
   *
   * @param other the way there
   * @return the process
   */
  public ReverseProcess withSteps(ForwardProcess other) {
    return new ReverseProcess(other, prediction, variance, clipping);
  }

  /** One that leaves nothing of the data at a time where the prediction is divided by what is left. */
  @Override
  public void requireDefined() {
    for (int t = 0; t < q.steps(); t++) {
      requireDefined(t);
    }
  }

  /**
   * Refuses one time that has no defined way back.
   *
   * @param t time
   * @throws IllegalArgumentException with what to choose instead
   */
  public void requireDefined(int t) {
    prediction.requireDefined(q, t);
  }

  /**
   * The data according to an output, clipped.
   *
   * @param xt (N, ..., C) data with noise
   * @param t (N) times
   * @param output (N, ..., C), or (N, ..., 2C) if the variance is learned
   * @return (N, ..., C) estimate of x_0
   */
  public Variable x0(Variable xt, int[] t, Variable output) {
    return clipping.apply(unclippedX0(xt, t, output));
  }

  /**
   * The data according to an output.
   *
   * @param xt (N, ..., C) data with noise
   * @param t (N) times
   * @param output (N, ..., C), or (N, ..., 2C) if the variance is learned
   * @return (N, ..., C) estimate of x_0
   */
  public Variable unclippedX0(Variable xt, int[] t, Variable output) {
    return prediction.x0(q, xt, t, variance.prediction(output));
  }

  /**
   * The noise according to an output, as if nothing were clipped.
   *
   * @param xt (N, ..., C) data with noise
   * @param t (N) times
   * @param output (N, ..., C), or (N, ..., 2C) if the variance is learned
   * @return (N, ..., C) estimate of ε
   */
  public Variable epsilon(Variable xt, int[] t, Variable output) {
    return prediction.epsilon(q, xt, t, variance.prediction(output));
  }

  /**
   * Mean of one step back.
   *
   * @param x0 (N, ..., C) estimate of the data
   * @param xt (N, ..., C) data with noise
   * @param t (N) times
   * @param output (N, ..., C), or (N, ..., 2C) if the variance is learned
   * @return (N, ..., C) mean of p(x_{t−1} | x_t)
   */
  public Variable mean(Variable x0, Variable xt, int[] t, Variable output) {
    return prediction.mean(q, x0, xt, t, variance.prediction(output));
  }

  /**
   * Logarithm of the variance of one step back.
   *
   * @param t (N) times
   * @param output (N, ..., C), or (N, ..., 2C) if the variance is learned
   * @return (N, ..., C) log σ²
   */
  public Variable logVariance(int[] t, Variable output) {
    return variance.logVariance(q, t, output);
  }

  // ---- as samplers see it

  @Override
  public int outputs(int channels) {
    return variance.isLearned() ? Shape.product(2, channels) : prediction.outputs(channels);
  }

  @Override
  public void requireDefined(Level level) {
    Row row = row(level);
    prediction.requireDefined(row.q(), row.k());
  }

  /** Refuses more levels than were asked for, too. */
  @Override
  public Levels levels(Spacing spacing, int steps) {
    SettingException.unless(
        steps <= q.steps(),
        "{sampler.steps}: expected 1 to %d (the timesteps of the process), got %d",
        q.steps(),
        steps);
    Levels levels;
    try {
      levels = spacing.levels(q, steps);
    } catch (SettingException refused) {
      throw refused;
    } catch (IllegalArgumentException refused) {
      throw new SettingException("{spacing}: " + refused.getMessage());
    }
    SettingException.unless(
        levels.count() <= steps,
        "{sampler.steps}: expected a number that the spacing has, such as %d, which it gives here, got %d",
        levels.count(),
        steps);
    // With the variances themselves instead of quotients.
    return levels.isAllOf(q) ? Levels.all(q) : levels;
  }

  @Override
  public Variable x0(Level level, Variable xt, Variable output) {
    Row row = row(level);
    return withSteps(row.q()).x0(xt, rows(row, xt), output);
  }

  @Override
  public Variable epsilon(Level level, Variable xt, Variable output) {
    Row row = row(level);
    return withSteps(row.q()).epsilon(xt, rows(row, xt), output);
  }

  @Override
  public Variable mean(Level level, Variable x0, Variable xt, Variable output) {
    Row row = row(level);
    return withSteps(row.q()).mean(x0, xt, rows(row, xt), output);
  }

  @Override
  public Variable perturbed(Level level, Variable mean, Variable output, Variable z) {
    Row row = row(level);
    return variance.perturb(row.q(), rows(row, mean), mean, output, z, k -> true);
  }

  @Override
  public <T> T either(
      Function<ReverseProcess, T> discrete, Function<ContinuousProcess, T> continuous) {
    return discrete.apply(this);
  }

  private static int[] rows(Row row, Variable batch) {
    return row.rows(batch.shape().dim(0));
  }

  private static Row row(Level level) {
    if (level instanceof Row row) {
      return row;
    }
    throw new IllegalArgumentException(Text.of(
        "level: expected one with a time that a network can be told, got one at time %s with noise %s",
        level.time(), level.noise()));
  }
}
