package brume.diffusion.metric;

import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/**
 * Between which numbers a figure lies in 95 of 100 cases, as far as chance is in the choice of the samples. It
 * does not tell what a figure is off by since there are not more of them: compare figures of equal counts.
 *
 * @param low lower end
 * @param high upper end
 */
public record Interval(double low, double high) {

  private static final double DEVIATIONS =
      1.959963984540054; // that hold 95 of 100 of a normal distribution
  private static final int DRAWS = 100;

  /**
   * By the bootstrap: samples are drawn again from themselves, with repetition, and the figure of each draw told.
   * Their deviation is taken around the figure itself, as draws with repetition are further away from all else
   * than the samples are.
   *
   * @param figure of all samples
   * @param samples how many there are
   * @param key what draws are made from
   * @param ofDrawn tells the figure of the samples of these numbers; called by many threads
   * @return figure ± 1.96 deviations, never below 0
   * @see <a href="https://doi.org/10.1214/aos/1176344552">Efron, Bootstrap Methods: Another Look at the Jackknife
   *     (1979)</a>
   */
  public static Interval bootstrap(
      double figure, int samples, RandomKey key, ToDoubleFunction<int[]> ofDrawn) {
    double[] figures = new double[DRAWS];
    Arrays.parallelSetAll(
        figures, draw -> ofDrawn.applyAsDouble(drawn(samples, key.child("draw", draw))));
    double mean = Arrays.stream(figures).average().orElseThrow();
    double square =
        Arrays.stream(figures).map(each -> (each - mean) * (each - mean)).sum();
    double reach = DEVIATIONS * Math.sqrt(square / (DRAWS - 1));
    return new Interval(Math.max(0, figure - reach), figure + reach);
  }

  private static int[] drawn(int samples, RandomKey key) {
    double[] uniform = new double[samples];
    key.fillUniform(0, uniform, 0, samples);
    return Arrays.stream(uniform).mapToInt(u -> (int) (u * samples)).toArray();
  }

  /**
   * Of a share of some samples.
   *
   * @param share of them, from 0 to 1
   * @param samples how many there are, at least one
   * @return within [0, 1]
   * @see <a href="https://doi.org/10.1080/01621459.1927.10502953">Wilson, Probable Inference (1927)</a>
   */
  public static Interval ofShare(double share, long samples) {
    double z = DEVIATIONS * DEVIATIONS / samples;
    double middle = (share + z / 2) / (1 + z);
    double reach = Math.sqrt(z * share * (1 - share) + z * z / 4) / (1 + z);
    return new Interval(Math.max(0, middle - reach), Math.min(1, middle + reach));
  }
}
