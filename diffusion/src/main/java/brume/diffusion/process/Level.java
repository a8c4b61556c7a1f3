package brume.diffusion.process;

import java.util.Arrays;

/**
 * How much noise there is, x = signal·x_0 + noise·ε: a place on a {@link Way}, of a process with numbered
 * times or of a continuous one.
 *
 * <p>A step from here leads to {@link #before}. What is known about it while the data are known is, with
 * s, n here and s₋, n₋ there,
 *
 * <pre>
 *   r = (s·n₋/(s₋·n))²                      signal-to-noise ratio here, divided by that there
 *   mean      s₋·(1 − r)·x_0 + s·n₋²/(s₋·n²)·x
 *   variance  n₋²·(1 − r)
 * </pre>
 *
 * @see <a href="https://arxiv.org/abs/2107.00630">Kingma et al., Variational Diffusion Models (2021),
 *     appendix A.2</a>
 */
public interface Level {

  /** What a variance counts as at least in a logarithm, as in the code of Ho et al. (2020). */
  double LEAST_VARIANCE = 1e-20;

  /** Share of the data for each unit of noise below which a network cannot tell anything of them. */
  double LEAST_DATA = 1e-3;

  /**
   * Its number on the way.
   *
   * @return 0 for the level with the least noise
   */
  int k();

  /**
   * What a network is told.
   *
   * @return a time as networks of the process know it
   */
  double time();

  /**
   * Share of the data.
   *
   * @return s, 0 where nothing is left of them
   */
  double signal();

  /**
   * Share of the noise.
   *
   * @return n
   */
  double noise();

  /**
   * Where a step from here leads.
   *
   * @return a level with less noise: the one before, or at the first one where the process begins
   */
  Level before();

  /**
   * Where a step the other way leads.
   *
   * @return a level with more noise: the one after, or at the last one where the process ends
   */
  Level after();

  /**
   * Noise for each unit of data.
   *
   * @return σ = n/s, infinite where nothing is left of the data
   */
  default double sigma() {
    return noise() / signal();
  }

  /**
   * Whether there is so little of the data that ε is all there is: what is made of former estimates, or
   * of slopes in σ, would be multiplied by σ and drown all else.
   *
   * @return true if s is 0 or almost 0 beside n
   */
  default boolean isNoise() {
    return isNoise(signal(), noise());
  }

  /**
   * The same of two shares.
   *
   * @param signal s
   * @param noise n
   * @return true if s is 0 or almost 0 beside n
   */
  static boolean isNoise(double signal, double noise) {
    return signal < LEAST_DATA * noise;
  }

  /**
   * Logarithm of the signal-to-noise ratio.
   *
   * @return log(s²/n²) = −2·log σ
   */
  default double logSnr() {
    return -2 * Math.log(sigma());
  }

  /**
   * Share of the data in the mean of one step back.
   *
   * @return s₋·(1 − r)
   */
  default double posteriorOfX0() {
    return before().signal() * (1 - ratio());
  }

  /**
   * Share of x in the mean of one step back.
   *
   * @return s·n₋²/(s₋·n²)
   */
  default double posteriorOfXt() {
    double noises = before().noise() / noise();
    return signal() / before().signal() * noises * noises;
  }

  /**
   * Variance of one step back.
   *
   * @return n₋²·(1 − r), 0 where the step leads to data without any noise
   */
  default double posteriorVariance() {
    return before().noise() * before().noise() * (1 - ratio());
  }

  private double ratio() {
    double root = signal() * before().noise() / (before().signal() * noise());
    return root * root;
  }

  /**
   * Logarithm of the variance of one step back, finite also in the step to data.
   *
   * @return log of {@link #posteriorVariance}
   */
  default double posteriorLogVariance() {
    return Math.log(Math.max(posteriorVariance(), LEAST_VARIANCE));
  }

  /**
   * The time of every sample of a batch.
   *
   * @param samples N
   * @return (N) {@link #time}
   */
  default double[] times(int samples) {
    double[] times = new double[samples];
    Arrays.fill(times, time());
    return times;
  }
}
