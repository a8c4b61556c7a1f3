package brume.tensor.cpu.norm;

import brume.tensor.cpu.loop.Columns;
import brume.tensor.kernel.GroupGeometry;

/**
 * Mean and deviation of groups of channels. Each block of positions is measured about its own mean,
 * so that nothing cancels when the mean is large; blocks are merged in double precision.
 *
 * @see <a href="https://doi.org/10.1080/00031305.1983.10483115">Chan, Golub and LeVeque, Algorithms
 *     for Computing the Sample Variance (1983), eq. 1.5</a>
 */
final class GroupMoments {

  private GroupMoments() {}

  /** Measures a block: its mean and sum of squares about it, per channel. */
  static void measure(float[] x, int at, int rows, int C, float[] partial, int index) {
    int means = index * 2 * C, squares = means + C;
    Columns.sums(x, at, C, rows, C, partial, means);
    float share = 1f / rows;
    for (int c = 0; c < C; c++) {
      partial[means + c] *= share;
    }
    NormColumns.squares(x, at, rows, C, partial, means, partial, squares);
  }

  /** Merges the blocks of a sample. */
  static void combine(
      GroupGeometry at,
      SampleBlocks blocks,
      int n,
      float[] x,
      float[] partial,
      double eps,
      float[] mean,
      float[] rstd) {
    for (int g = 0; g < at.g(); g++) {
      double mu = mean(at, blocks, n, g, partial);
      double variance = variance(at, blocks, n, g, partial, mu);
      if (!Double.isFinite(variance)) { // squares beyond float's range, or beyond hope
        mu = slowMean(at, n, g, x);
        variance = slowVariance(at, n, g, x, mu);
      }
      mean[n * at.g() + g] = (float) mu;
      rstd[n * at.g() + g] = (float) (1 / Math.sqrt(variance + eps));
    }
  }

  private static double mean(GroupGeometry at, SampleBlocks blocks, int n, int g, float[] partial) {
    double sum = 0;
    for (int block = 0; block < blocks.count(); block++) {
      int first = blocks.index(n, block) * 2 * at.c() + g * at.d();
      double means = 0;
      for (int i = first; i < first + at.d(); i++) {
        means += partial[i];
      }
      sum += means * blocks.rowsOf(block);
    }
    return sum / ((double) at.p() * at.d());
  }

  private static double variance(
      GroupGeometry at, SampleBlocks blocks, int n, int g, float[] partial, double mu) {
    double sum = 0;
    for (int block = 0; block < blocks.count(); block++) {
      int first = blocks.index(n, block) * 2 * at.c() + g * at.d();
      double rows = blocks.rowsOf(block);
      for (int i = first; i < first + at.d(); i++) {
        double apart = partial[i] - mu;
        sum += partial[i + at.c()] + rows * apart * apart;
      }
    }
    return sum / ((double) at.p() * at.d());
  }

  private static double slowMean(GroupGeometry at, int n, int g, float[] x) {
    double sum = 0;
    for (int p = 0; p < at.p(); p++) {
      int first = (n * at.p() + p) * at.c() + g * at.d();
      for (int i = first; i < first + at.d(); i++) {
        sum += x[i];
      }
    }
    return sum / ((double) at.p() * at.d());
  }

  private static double slowVariance(GroupGeometry at, int n, int g, float[] x, double mu) {
    double sum = 0;
    for (int p = 0; p < at.p(); p++) {
      int first = (n * at.p() + p) * at.c() + g * at.d();
      for (int i = first; i < first + at.d(); i++) {
        sum += (x[i] - mu) * (x[i] - mu);
      }
    }
    return sum / ((double) at.p() * at.d());
  }
}
