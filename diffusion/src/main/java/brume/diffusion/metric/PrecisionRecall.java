package brume.diffusion.metric;

/**
 * How much of what was generated looks real, and how much of what is real can be generated.
 *
 * @param precision share of generated samples within the manifold of real ones
 * @param recall share of real samples within the manifold of generated ones
 * @see <a href="https://arxiv.org/abs/1904.06991">Kynkäänniemi et al., Improved Precision and Recall
 *     Metric for Assessing Generative Models (2019)</a>
 */
public record PrecisionRecall(double precision, double recall) {

  /**
   * Compares two manifolds.
   *
   * @param real of data
   * @param generated of samples
   * @return both shares
   */
  public static PrecisionRecall between(Manifold real, Manifold generated) {
    return new PrecisionRecall(share(real.contains(generated)), share(generated.contains(real)));
  }

  private static double share(boolean[] inside) {
    int count = 0;
    for (boolean is : inside) {
      count += is ? 1 : 0;
    }
    return (double) count / inside.length;
  }
}
