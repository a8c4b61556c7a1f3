package brume.tensor.cpu;

import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums and maxima along the rows of a block. Rows are often short (32 channels), so a kernel walks a
 * block column by column, as in {@link Columns}, and keeps one vector per row in memory; here the
 * lanes of these vectors become one number.
 */
final class Rows {

  // Sums not by reduceLanes: the order of its additions is its own, and may differ once compiled.

  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;

  private Rows() {}

  /** sums[to + r] = sum of the lanes of row r. */
  static void sums(float[] lanes, int rows, float[] sums, int to) {
    for (int r = 0, at = 0; r < rows; r++, at += LANES.length()) {
      float even = 0, odd = 0;
      for (int lane = 0; lane < LANES.length(); lane += 2) {
        even += lanes[at + lane];
        odd += lanes[at + lane + 1];
      }
      sums[to + r] = even + odd;
    }
  }

  /** maxima[to + r] = largest of the lanes of row r. */
  static void maxima(float[] lanes, int rows, float[] maxima, int to) {
    for (int r = 0, at = 0; r < rows; r++, at += LANES.length()) {
      maxima[to + r] = fromArray(LANES, lanes, at).reduceLanes(VectorOperators.MAX);
    }
  }

  /**
   * Copies some rows of one matrix into another, unless they are one. To read numbers that lie far
   * apart pays only once, and in long runs.
   */
  static void copy(Matrix x, Matrix y, int first, int count, int columns) {
    if (x.array == y.array && x.at == y.at) {
      return;
    }
    for (int r = first; r < first + count; r++) {
      System.arraycopy(x.array, x.at + r * x.row, y.array, y.at + r * y.row, columns);
    }
  }
}
