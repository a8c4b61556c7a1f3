package brume.diffusion.recipe;

import java.util.Locale;

/** Metrics by which one evaluation of a run is better than another. */
public enum EvaluationScore {
  /** The less, the better. */
  FRECHET_DISTANCE,
  /** The less, the better. */
  KERNEL_DISTANCE,
  /** By their harmonic mean: the more, the better. */
  PRECISION_RECALL,
  /** By the coverage: the more, the better. */
  DENSITY_COVERAGE,
  /** The more, the better. */
  INCEPTION_SCORE,
  /** How often samples are of the class they were asked to be of: the more, the better. */
  ACCURACY,
  /** Bits per dimension: the less, the better. */
  BITS,
  /** By its mean over levels of noise: the less, the better. */
  LOSS;

  /**
   * The name of the metric.
   *
   * @return as lists of metrics have it
   */
  public String metric() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
