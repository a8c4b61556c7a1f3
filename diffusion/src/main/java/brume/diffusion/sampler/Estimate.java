package brume.diffusion.sampler;

import brume.autograd.Variable;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.ContinuousProcess;
import brume.diffusion.process.Level;
import brume.diffusion.process.Mix;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.process.Spacing;
import brume.diffusion.process.TrainedProcess;
import brume.diffusion.process.Way;
import java.util.Optional;
import java.util.function.Function;

/**
 * What is known of noisy data after a network has looked at them.
 *
 * @param process how outputs are read
 * @param level how much noise there was
 * @param xt (N, ..., C) the noisy data
 * @param output (N, ..., C) of the network; (N, ..., 2C) if the variance is learned
 * @param x0 (N, ..., C) the data that follow from it, maybe clipped
 * @param other the estimate whose noise counts, if it is not this one
 */
public record Estimate(
    TrainedProcess process,
    Level level,
    Variable xt,
    Variable output,
    Variable x0,
    Optional<Estimate> other) {

  /**
   * An estimate with its own noise.
   *
   * @param process how outputs are read
   * @param level how much noise there was
   * @param xt (N, ..., C) the noisy data
   * @param output (N, ..., C) of the network; (N, ..., 2C) if the variance is learned
   * @param x0 (N, ..., C) the data that follow from it, maybe clipped
   */
  public Estimate(TrainedProcess process, Level level, Variable xt, Variable output, Variable x0) {
    this(process, level, xt, output, x0, Optional.empty());
  }

  /**
   * The estimate that follows from the output of a network.
   *
   * @param process how outputs are read
   * @param level how much noise there was
   * @param xt (N, ..., C) the noisy data
   * @param output (N, ..., C) of the network; (N, ..., 2C) if the variance is learned
   * @return the estimate, clipped as {@code process} says
   */
  public static Estimate of(TrainedProcess process, Level level, Variable xt, Variable output) {
    return new Estimate(process, level, xt, output, process.x0(level, xt, output));
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
    return new Estimate(new DataThemselves(), level, xt, x0, x0);
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
    return other
        .map(Estimate::epsilon)
        .orElseGet(() -> Mix.mix(1 / level.noise(), xt, -level.signal() / level.noise(), x0));
  }

  /**
   * The noise according to the output, as if nothing had been clipped.
   *
   * @return (N, ..., C) ε
   */
  public Variable predictedEpsilon() {
    return other
        .map(Estimate::predictedEpsilon)
        .orElseGet(() -> process.epsilon(level, xt, output));
  }

  /**
   * Mean of one step back.
   *
   * @return (N, ..., C) mean of p(x_{t−1} | x_t)
   */
  public Variable mean() {
    return process.mean(level, x0, xt, output);
  }

  /**
   * A sample of one step back.
   *
   * @param mean (N, ..., C) of the step
   * @param z (N, ..., C) standard normal noise
   * @return (N, ..., C) mean + σ·z, with the variance of the process
   */
  public Variable perturbed(Variable mean, Variable z) {
    return process.perturbed(level, mean, output, z);
  }

  /** An output that is the data. */
  private record DataThemselves() implements TrainedProcess {
    @Override
    public TrainedProcess withClipping(Clipping other) {
      throw new UnsupportedOperationException("an estimate of data belongs to no process");
    }

    @Override
    public int outputs(int channels) {
      return channels;
    }

    @Override
    public Way levels(Spacing spacing, int steps) {
      throw new UnsupportedOperationException("an estimate of data belongs to no process");
    }

    @Override
    public Variable x0(Level level, Variable xt, Variable output) {
      return output;
    }

    @Override
    public Variable epsilon(Level level, Variable xt, Variable output) {
      return Mix.mix(1 / level.noise(), xt, -level.signal() / level.noise(), output);
    }

    @Override
    public <T> T either(
        Function<ReverseProcess, T> discrete, Function<ContinuousProcess, T> continuous) {
      throw new UnsupportedOperationException("an estimate of data belongs to no process");
    }
  }
}
