package brume.diffusion.metric;

import java.util.Map;

/**
 * What a set of samples is worth, in figures: a kind of {@link Metrics}, whose settings are those of the
 * metric itself. It sees features, rows of numbers that stand for one sample each, wherever they come from.
 */
public interface Metric {

  /**
   * Measures samples.
   *
   * @param real (N, D) features of data; of no account to metrics of samples alone
   * @param generated (M, D) features of samples
   * @return figures by their names, in the order in which they are told
   * @throws IllegalArgumentException if there are too few samples, or features of different length
   */
  Map<String, Double> of(double[][] real, double[][] generated);

  /**
   * How sure figures are, as far as chance is in the choice of the generated samples.
   *
   * @param real (N, D) features of data
   * @param generated (M, D) features of samples
   * @param figures what {@link #of} tells of both
   * @return intervals by names of figures; none where none are known
   */
  default Map<String, Interval> intervals(
      double[][] real, double[][] generated, Map<String, Double> figures) {
    return Map.of();
  }

  /**
   * Whether it looks at what a classifier says of samples, not at features.
   *
   * @return true if the rows are to be logits
   */
  default boolean seesLogits() {
    return false;
  }

  /**
   * One number by which samples are better than others.
   *
   * @param figures what {@link #of} has told
   * @return the lower, the better
   */
  double score(Map<String, Double> figures);

  /**
   * Whether figures mean something only of as many data as samples.
   *
   * @return true if more data alone would change them
   */
  default boolean wantsAsMany() {
    return false;
  }

  /**
   * Samples without which figures mean nothing.
   *
   * @param features D
   * @return the least number, of data and of generated samples
   */
  default int least(int features) {
    return 2;
  }
}
