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
  INCEPTION_SCORE;

  /**
   * The name of the metric.
   *
   * @return as lists of metrics have it
   */
  public String metric() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
