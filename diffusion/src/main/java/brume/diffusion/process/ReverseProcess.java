package brume.diffusion.process;

import brume.autograd.Variable;

/**
 * The way back, p(x_{t−1} | x_t), as a network tells it: how its outputs are read.
 *
 * @param q the way there
 * @param prediction what the outputs stand for
 * @param variance of one step
 * @param clipping of estimated data
 */
public record ReverseProcess(
    ForwardProcess q, Prediction prediction, ReverseVariance variance, Clipping clipping) {

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

  /**
   * Refuses a process that has no defined way back, before anything is trained or sampled with it:
   * one that leaves nothing of the data at a time where the prediction is divided by what is left.
   *
   * @throws IllegalArgumentException with the time and what to choose instead
   */
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
}
