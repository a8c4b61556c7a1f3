package brume.diffusion.metric;

import brume.tensor.Text;
import java.util.Arrays;

/**
 * The squared maximum mean discrepancy of two sets of features, under a kernel of degree 3, without bias: it
 * may be a little below 0 for sets alike.
 *
 * <pre>
 *   k(x, y) = (x·y/D + 1)³
 *   d² = mean k(x_i, x_j) + mean k(y_i, y_j) − 2·mean k(x_i, y_j)       i ≠ j within a set
 * </pre>
 *
 * @see <a href="https://arxiv.org/abs/1801.01401">Bińkowski et al., Demystifying MMD GANs (2018), §4:
 *     the kernel inception distance, KID</a>
 */
public final class KernelDistance {

  private KernelDistance() {}

  /**
   * The distance of two sets.
   *
   * @param first (N, D) features, two rows or more
   * @param second (M, D) features, two rows or more
   * @return d²
   * @throws IllegalArgumentException if there are too few rows, or features of different length
   */
  public static double between(double[][] first, double[][] second) {
    if (first.length < 2 || second.length < 2) {
      throw new IllegalArgumentException(Text.of(
          "kernel distance: expected two rows or more, got %d and %d",
          first.length, second.length));
    }
    Features.requireAlike("kernel distance", first, second);
    return within(first) + within(second) - 2 * across(first, second);
  }

  /**
   * The distances of subsets.
   *
   * @param first (N, D) features
   * @param second (M, D) features
   * @param rows1 (S, n) numbers of the rows of each subset of the first
   * @param rows2 (S, n) numbers of the rows of each subset of the second
   * @return (S) d² of each pair of subsets
   */
  public static double[] ofSubsets(
      double[][] first, double[][] second, int[][] rows1, int[][] rows2) {
    double[] distances = new double[rows1.length];
    for (int s = 0; s < distances.length; s++) {
      distances[s] = between(rows(first, rows1[s]), rows(second, rows2[s]));
    }
    return distances;
  }

  private static double[][] rows(double[][] all, int... numbers) {
    return Arrays.stream(numbers).mapToObj(i -> all[i]).toArray(double[][]::new);
  }

  private static double within(double[][] rows) {
    int n = rows.length;
    double[] sums = new double[n];
    Pairs.productsWithin(rows, (i, j, product) -> sums[i] += kernel(product / rows[i].length));
    return 2 * Arrays.stream(sums).sum() / n / (n - 1);
  }

  private static double across(double[][] first, double[][] second) {
    double[] sums = new double[first.length];
    Pairs.products(first, second, (i, j, product) -> sums[i] += kernel(product / first[i].length));
    return Arrays.stream(sums).sum() / first.length / second.length;
  }

  private static double kernel(double product) {
    double base = product + 1;
    return base * base * base;
  }
}
