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
}
