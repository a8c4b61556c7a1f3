package brume.diffusion.metric;

import java.util.Arrays;

/**
 * How densely generated samples lie where real ones do, and how many real ones have a generated neighbor.
 * Unlike precision, density counts every ball a sample lies in, so that an outlier among the real ones does
 * little harm.
 *
 * @param density mean number of balls of real samples that hold a generated one, in k; may exceed 1
 * @param coverage share of real samples whose ball holds a generated one
 * @see <a href="https://arxiv.org/abs/2002.09797">Naeem et al., Reliable Fidelity and Diversity Metrics
 *     for Generative Models (2020)</a>
 */
public record DensityCoverage(double density, double coverage) {

  /**
   * Compares samples with data.
   *
   * @param real (N, D) features of data
   * @param generated (M, D) features of samples
   * @param k number of the neighbor on the surface of a ball, less than N
   * @return both
   */
  public static DensityCoverage between(double[][] real, double[][] generated, int k) {
    int[] held = Manifold.of(real, k, Rounding.NONE).countsWithin(generated);
    long covering = Arrays.stream(held).filter(count -> count > 0).count();
    double density = Arrays.stream(held).asLongStream().sum() / ((double) k * generated.length);
    return new DensityCoverage(density, (double) covering / real.length);
  }
}
