package brume.diffusion.sampler;

import brume.autograd.Variable;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.Level;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.process.ReverseVariance;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * What is known of noisy data after a network has looked at them.
 *
 * @param process the steps of the sampler, and how outputs are read
 * @param level how much noise there was
 * @param xt (N, ..., C) the noisy data
 * @param output (N, ..., C) of the network; (N, ..., 2C) if the variance is learned
 * @param x0 (N, ..., C) the data that follow from it, maybe clipped
 * @param other the estimate whose noise counts, if it is not this one
 */
public record Estimate(
    ReverseProcess process,
    Level level,
    Variable xt,
    Variable output,
    Variable x0,
    Optional<Estimate> other) {

  /**
   * An estimate with its own noise.
   *
   * @param process the steps of the sampler, and how outputs are read
   * @param level how much noise there was
   * @param xt (N, ..., C) the noisy data
   * @param output (N, ..., C) of the network; (N, ..., 2C) if the variance is learned
   * @param x0 (N, ..., C) the data that follow from it, maybe clipped
   */
  public Estimate(ReverseProcess process, Level level, Variable xt, Variable output, Variable x0) {
    this(process, level, xt, output, x0, Optional.empty());
  }

  /**
   * The estimate that follows from the output of a network.
   *
   * @param trained how outputs are read; its own steps do not matter
   * @param level how much noise there was
   * @param xt (N, ..., C) the noisy data
   * @param output (N, ..., C) of the network; (N, ..., 2C) if the variance is learned
   * @return the estimate, clipped as {@code trained} says
   */
  public static Estimate of(ReverseProcess trained, Level level, Variable xt, Variable output) {
    ReverseProcess process = trained.withSteps(level.q());
    Variable x0 = process.x0(xt, level.rows(xt.shape().dim(0)), output);
    return new Estimate(process, level, xt, output, x0);
  }

  /**
   * An estimate of the data that does not come from a network.
   *
   * @param level how much noise there was
   * @param xt (N, ..., C) the noisy data
   * @param x0 (N, ..., C) the data
   * @return the estimate, with the small variance and no clipping
   */
  public static Estimate ofData(Level level, Variable xt, Variable x0) {
    ReverseProcess process =
        new ReverseProcess(level.q(), Prediction.X0, ReverseVariance.FIXED_SMALL, Clipping.none());
    return new Estimate(process, level, xt, x0, x0);
  }

  /**
   * The same estimate with other data: clipped, or known in part.
   *
   * @param data (N, ..., C) the data
   * @return the estimate
   */
  public Estimate withX0(Variable data) {
    return new Estimate(process, level, xt, output, data, other);
  }

  /**
   * The same estimate of the data, but what counts as noise is another's.
   *
   * @param whose an estimate for the same noisy data
   * @return the estimate
   */
  public Estimate withNoiseOf(Estimate whose) {
    return new Estimate(process, level, xt, output, x0, Optional.of(whose));
  }

  /**
   * The noise that is left when the estimated data are taken out of x_t.
   *
   * @return (N, ..., C) ε
   */
  public Variable epsilon() {
    return other.map(Estimate::epsilon).orElseGet(() -> level.q().epsilonFromX0(xt, rows(), x0));
  }

  /**
   * The noise according to the output, as if nothing had been clipped.
   *
   * @return (N, ..., C) ε
   */
  public Variable predictedEpsilon() {
    return other
        .map(Estimate::predictedEpsilon)
        .orElseGet(() -> process.epsilon(xt, rows(), output));
  }

  /**
   * Mean of one step back.
   *
   * @return (N, ..., C) mean of p(x_{t−1} | x_t)
   */
  public Variable mean() {
    return process.mean(x0, xt, rows(), output);
  }

  /**
   * A sample of one step back.
   *
   * @param mean (N, ..., C) of the step
   * @param z (N, ..., C) standard normal noise
   * @return (N, ..., C) mean + σ·z, with the variance of the process
   */
  public Variable perturbed(Variable mean, Variable z) {
    IntPredicate always = k -> true;
    return process.variance().perturb(level.q(), rows(), mean, output, z, always);
  }

  private int[] rows() {
    return level.rows(xt.shape().dim(0));
  }
}
