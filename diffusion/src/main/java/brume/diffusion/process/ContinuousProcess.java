package brume.diffusion.process;

import brume.autograd.Variable;
import brume.tensor.random.RandomKey;
import java.util.Optional;
import java.util.function.Function;

/**
 * A process whose time is any number, from 0 at the data to {@link #end} at the noise, and whose network
 * is asked and read in straight lines:
 *
 * <pre>
 *   x  = signal(t)·x_0 + noise(t)·ε
 *   x̂_0 = skip·x + out·network(input·x, told)                      Karras 2022, eq. 7
 * </pre>
 *
 * <p>So the output is right when it is ((1 − skip·signal)·x_0 − skip·noise·ε)/out.
 *
 * @see <a href="https://arxiv.org/abs/2206.00364">Karras et al., Elucidating the Design Space of
 *     Diffusion-Based Generative Models (2022), section 5</a>
 */
public interface ContinuousProcess extends TrainedProcess {

  /**
   * How a network is asked at a time, and its output read.
   *
   * @param input what x is multiplied with before the network sees it
   * @param told what the network is told of the time
   * @param skip share of x in the estimate of the data
   * @param out share of the output in it
   */
  record Reading(double input, double told, double skip, double out) {}

  /**
   * What is learned of a process whose data and noise have squares of sum 1.
   *
   * @param logSnr (N) log(s²/n²) at some times, which is what the network is told
   * @param prediction what it tells
   */
  record Learned(Variable logSnr, Prediction prediction) {}

  /**
   * What is learned of the process at some times.
   *
   * @param times (N) of the process
   * @return empty if nothing is
   */
  default Optional<Learned> learned(double[] times) {
    return Optional.empty();
  }

  /**
   * Share of the data.
   *
   * @param t time
   * @return standard deviation of what is left of them
   */
  double signal(double t);

  /**
   * Share of the noise.
   *
   * @param t time
   * @return its standard deviation
   */
  double noise(double t);

  /**
   * How a network is asked and read.
   *
   * @param t time
   * @return the four numbers of the time
   */
  Reading reading(double t);

  /**
   * How far apart the times lie that a network is told.
   *
   * @return difference of what is told at the first and at the last of many times of sampling
   */
  default double spread() {
    double[] times = times(1000);
    return Math.abs(reading(times[times.length - 1]).told() - reading(times[0]).told());
  }

  /**
   * Whether data are shown to a network as by another process.
   *
   * @param other the other one
   * @return true if noise, scale and what is told of the time agree at many times
   */
  default boolean showsAs(ContinuousProcess other) {
    if (end() != other.end()) {
      return false;
    }
    for (double t : times(16)) {
      Reading here = reading(t), there = other.reading(t);
      if (signal(t) != other.signal(t)
          || noise(t) != other.noise(t)
          || here.input() != there.input()
          || here.told() != there.told()) {
        return false;
      }
    }
    return true;
  }

  /**
   * The time with the most noise.
   *
   * @return t, at which sampling starts
   */
  double end();

  /**
   * The times that a sampler visits if nobody says which.
   *
   * @param steps how many
   * @return ascending, all above 0
   */
  double[] times(int steps);

  /**
   * The time at which there is so much noise.
   *
   * @param sigma noise for each unit of data
   * @return t; limited to times from 0 to {@link #end} where the process has no others
   */
  double timeOf(double sigma);

  /**
   * The time at which a sample is looked at in training.
   *
   * @param key of the step's times
   * @param sample number of the sample within its step
   * @return t above 0
   */
  double draw(RandomKey key, long sample);

  /**
   * Standard deviation of samples where a way begins.
   *
   * @param t time
   * @return what standard normal numbers are multiplied with
   */
  double prior(double t);

  /**
   * What happens to estimates of the data.
   *
   * @return the clipping
   */
  Clipping clipping();

  /**
   * Levels at some times.
   *
   * @param times ascending, all above 0
   * @return their way
   */
  default Way through(double... times) {
    return new Instants(this, times.clone());
  }

  /**
   * A level from which a step leads where it leads from another.
   *
   * @param t time
   * @param from the other
   * @return the level at that time
   */
  default Level instead(double t, Level from) {
    return new Instant(this, from.k(), t, from::before, from::after);
  }

  @Override
  default int outputs(int channels) {
    return channels;
  }

  @Override
  default Way levels(Spacing spacing, int steps) {
    return spacing.levels(this, steps);
  }

  @Override
  default Variable input(Level level, Variable xt) {
    double scale = Instant.of(level).reading().input();
    return scale == 1 ? xt : Mix.scaled(scale, xt);
  }

  @Override
  default Variable x0(Level level, Variable xt, Variable output) {
    return clipping().apply(unclippedX0(level, xt, output));
  }

  /**
   * The data according to an output.
   *
   * @param level of the data
   * @param xt (N, ..., C) data with noise
   * @param output (N, ..., C)
   * @return (N, ..., C) estimate of x_0
   */
  default Variable unclippedX0(Level level, Variable xt, Variable output) {
    Reading reading = Instant.of(level).reading();
    return Mix.mix(reading.skip(), xt, reading.out(), output);
  }

  @Override
  default Variable epsilon(Level level, Variable xt, Variable output) {
    Reading reading = Instant.of(level).reading();
    double signal = level.signal(), noise = level.noise();
    return Mix.mix(
        (1 - signal * reading.skip()) / noise, xt, -signal * reading.out() / noise, output);
  }

  @Override
  default <T> T either(
      Function<ReverseProcess, T> discrete, Function<ContinuousProcess, T> continuous) {
    return continuous.apply(this);
  }
}
