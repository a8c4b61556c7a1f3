package brume.diffusion.process;

import brume.autograd.Variable;
import brume.diffusion.settings.SettingException;
import java.util.function.Function;

/**
 * A process that a network has learned to reverse, as samplers and objectives see it: how the network is
 * asked at a level of noise, and how its outputs are read. {@link ReverseProcess} has numbered times,
 * {@link ContinuousProcess} any.
 */
public interface TrainedProcess {

  /**
   * This process with another clipping.
   *
   * @param other of estimated data
   * @return the process, of the same parameters if it has some
   */
  TrainedProcess withClipping(Clipping other);

  /**
   * Channels that a network must have.
   *
   * @param channels C of the data
   * @return those of its outputs
   */
  int outputs(int channels);

  /**
   * Refuses a process that has no defined way back, before anything is trained or sampled with it.
   *
   * @throws IllegalArgumentException with the time and what to choose instead
   */
  default void requireDefined() {}

  /**
   * Refuses one level that has no defined way back.
   *
   * @param level of the process
   * @throws IllegalArgumentException with what to choose instead
   */
  default void requireDefined(Level level) {}

  /**
   * The levels that a sampler visits.
   *
   * @param spacing chooses them
   * @param steps how many
   * @return from data to noise
   * @throws IllegalArgumentException if there is no such number of them
   */
  Way levels(Spacing spacing, int steps);

  /**
   * A level with so much noise, of no way.
   *
   * @param sigma noise for each unit of data
   * @return the level, with the time at which the process reaches it, or its first or last one
   */
  default Level levelOf(double sigma) {
    return either(
        numbered -> Levels.ofSigmas(numbered.q(), sigma).at(0),
        continuous -> continuous.through(continuous.timeOf(sigma)).at(0));
  }

  /**
   * What a network is shown.
   *
   * @param level of the data
   * @param xt (N, ..., C) data with noise
   * @return (N, ..., C) the same, maybe scaled
   */
  default Variable input(Level level, Variable xt) {
    return xt;
  }

  /**
   * The data according to an output, clipped.
   *
   * @param level of the data
   * @param xt (N, ..., C) data with noise
   * @param output (N, ..., outputs)
   * @return (N, ..., C) estimate of x_0
   */
  Variable x0(Level level, Variable xt, Variable output);

  /**
   * The noise according to an output, as if nothing were clipped.
   *
   * @param level of the data
   * @param xt (N, ..., C) data with noise
   * @param output (N, ..., outputs)
   * @return (N, ..., C) estimate of ε
   */
  Variable epsilon(Level level, Variable xt, Variable output);

  /**
   * Mean of one step back.
   *
   * @param level of the data
   * @param x0 (N, ..., C) estimate of the data
   * @param xt (N, ..., C) data with noise
   * @param output (N, ..., outputs)
   * @return (N, ..., C) mean of p(x₋ | x)
   */
  default Variable mean(Level level, Variable x0, Variable xt, Variable output) {
    return Mix.mix(level.posteriorOfX0(), x0, level.posteriorOfXt(), xt);
  }

  /**
   * A sample of one step back.
   *
   * @param level of the data
   * @param mean (N, ..., C) of the step
   * @param output (N, ..., outputs)
   * @param z (N, ..., C) standard normal noise
   * @return (N, ..., C) mean + σ·z, with the variance of the process
   */
  default Variable perturbed(Level level, Variable mean, Variable output, Variable z) {
    return Mix.mix(1, mean, Math.exp(level.posteriorLogVariance() / 2), z);
  }

  /**
   * What depends on the sort of process.
   *
   * @param <T> what
   * @param discrete of a process with numbered times
   * @param continuous of a continuous one
   * @return one of both
   */
  <T> T either(Function<ReverseProcess, T> discrete, Function<ContinuousProcess, T> continuous);

  /**
   * Whether a network of another process sees the same here: the same noise at the same times, however
   * its answers are read.
   *
   * @param other the other one
   * @return true if one may be asked at levels of the other
   */
  default boolean looksLike(TrainedProcess other) {
    return either(
        mine -> other.either(
            its -> mine.q().schedule().isLike(its.q().schedule()), continuous -> false),
        mine -> other.either(numbered -> false, its -> mine.showsAs(its)));
  }

  /**
   * This process, for what is defined only where times are numbered.
   *
   * @param otherwise the sentence that refuses another one
   * @return the process
   * @throws SettingException if it is another one
   */
  default ReverseProcess discrete(String otherwise) {
    return either(process -> process, other -> {
      throw new SettingException(otherwise);
    });
  }

  /**
   * This process, for what is defined only where time is continuous.
   *
   * @param otherwise the sentence that refuses another one
   * @return the process
   * @throws SettingException if it is another one
   */
  default ContinuousProcess continuous(String otherwise) {
    return either(
        other -> {
          throw new SettingException(otherwise);
        },
        process -> process);
  }
}
