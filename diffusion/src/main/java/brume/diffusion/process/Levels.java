package brume.diffusion.process;

import brume.tensor.Text;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The levels of noise on a way from noise to data: the rows of a process that has a time for each of
 * them, and what a network trained on another process is told there.
 */
public final class Levels implements Way {

  private final ForwardProcess q;
  private final double[] times;
  private final double prior;

  /**
   * Any levels.
   *
   * @param q a process with as many times as levels
   * @param times what a network is told at each of them, ascending
   */
  public Levels(ForwardProcess q, double... times) {
    this(q, 1, times);
  }

  private Levels(ForwardProcess q, double prior, double... times) {
    if (times.length != q.steps()) {
      throw new IllegalArgumentException(
          Text.of("levels: expected a time for each of %d, got %d", q.steps(), times.length));
    }
    this.q = q;
    this.times = times.clone();
    this.prior = prior;
  }

  /**
   * All times of a process.
   *
   * @param q what a network was trained on
   * @return its levels
   */
  public static Levels all(ForwardProcess q) {
    return new Levels(q, IntStream.range(0, q.steps()).asDoubleStream().toArray());
  }

  /**
   * Some times of a process, in steps as long as the gaps.
   *
   * @param q what a network was trained on
   * @param times ascending
   * @return their levels
   * @throws IllegalArgumentException if two times are equal
   */
  public static Levels through(ForwardProcess q, int... times) {
    for (int k = 1; k < times.length; k++) {
      if (times[k] == times[k - 1]) {
        throw new IllegalArgumentException(Text.of(
            "levels: expected each time once, as a step between equal ones stands still, got %d"
                + " twice",
            times[k]));
      }
    }
    return new Levels(
        q.withSchedule(q.schedule().respaced(times)),
        Arrays.stream(times).asDoubleStream().toArray());
  }

  /**
   * Times of a process and between them, where σ = √((1 − ᾱ)/ᾱ) is taken to grow in a straight line.
   *
   * @param q what a network was trained on
   * @param times ascending, from 0 to T − 1
   * @return their levels
   */
  public static Levels between(ForwardProcess q, double... times) {
    double[] sigmas = Arrays.stream(times).map(time -> sigmaAt(q, time)).toArray();
    return new Levels(q.withSchedule(NoiseSchedule.ofSigmas(sigmas)), times);
  }

  /**
   * Levels of given σ = √((1 − ᾱ)/ᾱ), each with the time at which the process reaches it, between two
   * times in proportion to log σ.
   *
   * @param q what a network was trained on
   * @param sigmas ascending; what lies outside of the process has its first or last time
   * @return the levels
   */
  public static Levels ofSigmas(ForwardProcess q, double... sigmas) {
    double[] times = Arrays.stream(sigmas).map(sigma -> timeOf(q, sigma)).toArray();
    return new Levels(q.withSchedule(NoiseSchedule.ofSigmas(sigmas)), times);
  }

  /**
   * The same levels with the nearest whole times.
   *
   * @return the levels, of which a network is told rounded times
   */
  public Levels withWholeTimes() {
    return new Levels(q, Arrays.stream(times).map(Math::rint).toArray());
  }

  /**
   * Where steps from these levels lead, each with the time of the level it leads from: what a network
   * is told that shall tell the noise that a step from there to here adds.
   *
   * @return as many levels; one without noise has no defined way back
   */
  public Levels landings() {
    return new Levels(q.withSchedule(q.schedule().landings()), times);
  }

  @Override
  public double prior() {
    return prior;
  }

  @Override
  public Levels fromNoiseAlone() {
    return new Levels(q, q.noise(q.steps() - 1), times);
  }

  /**
   * Whether these are all times of a process, in its own steps.
   *
   * @param other what a network was trained on
   * @return true if each of its times is visited, and each step leads to the time before
   */
  public boolean isAllOf(ForwardProcess other) {
    return Arrays.equals(times, all(other).times)
        && IntStream.range(0, times.length)
            .allMatch(k -> q.schedule().alphaBarBefore(k) == other.schedule().alphaBarBefore(k));
  }

  private static double sigmaAt(ForwardProcess q, double time) {
    if (!(time >= 0 && time <= q.steps() - 1)) {
      throw new IllegalArgumentException(
          Text.of("levels: expected times from 0 to %d, got %s", q.steps() - 1, time));
    }
    int below = (int) time, above = Math.min(below + 1, q.steps() - 1);
    double share = time - below;
    // Without the second term where it has no share: σ may be infinite there.
    return share == 0 ? sigma(q, below) : (1 - share) * sigma(q, below) + share * sigma(q, above);
  }

  private static double timeOf(ForwardProcess q, double sigma) {
    int above = 0; // the first row with no less noise, or the last row
    while (above < q.steps() - 1 && sigma(q, above) < sigma) {
      above++;
    }
    if (above == 0 || sigma >= sigma(q, above)) {
      return above;
    }
    double low = Math.log(sigma(q, above - 1)), high = Math.log(sigma(q, above));
    return above - 1 + (Math.log(sigma) - low) / (high - low);
  }

  private static double sigma(ForwardProcess q, int t) {
    return q.noise(t) / q.signal(t);
  }

  /**
   * The process that has a time for each level.
   *
   * @return the process of the steps between the levels
   */
  public ForwardProcess q() {
    return q;
  }

  @Override
  public int count() {
    return times.length;
  }

  @Override
  public Level at(int k) {
    return new Row(this, k);
  }

  /**
   * What a network is told at a level.
   *
   * @param k its number
   * @return a time of the process the network was trained on
   */
  public double time(int k) {
    return times[k];
  }
}
