package brume.tensor.cpu;

/**
 * A matrix inside an array: element (r, c) at {@code at + r*row + c}, or at {@code at + c*row + r} if
 * it is stored transposed.
 */
final class Matrix {

  private static final int CACHE_LINE = 16;

  final float[] array;
  final int at;
  final int row;
  final boolean transposed;

  private Matrix(float[] array, int at, int row, boolean transposed) {
    this.array = array;
    this.at = at;
    this.row = row;
    this.transposed = transposed;
  }

  /**
   * A matrix stored row by row.
   *
   * @param array holds it
   * @param at where its first row starts
   * @param row elements from one row to the next
   * @return the matrix
   */
  static Matrix of(float[] array, int at, int row) {
    return new Matrix(array, at, row, false);
  }

  /**
   * A matrix stored column by column.
   *
   * @param array holds it
   * @param at where its first column starts
   * @param column elements from one column to the next
   * @return the matrix
   */
  static Matrix transposed(float[] array, int at, int column) {
    return new Matrix(array, at, column, true);
  }

  /** The matrix of the same elements that starts at row {@code r}, column {@code c}. */
  Matrix from(int r, int c) {
    int offset = transposed ? c * row + r : r * row + c;
    return new Matrix(array, at + offset, row, transposed);
  }

  /**
   * Brings rows into the cache, from the first to the last number. Memory is fast to follow that, and
   * slow to follow tiles, which read several rows at a time, a piece of each.
   *
   * @param m how many rows of a matrix that is not transposed
   * @param k numbers of each
   * @return a number that depends on all that was read, or else nothing would be
   */
  float readInOrder(int m, int k) {
    float sum = 0;
    for (int i = 0; i < m; i++) {
      for (int p = at + i * row; p < at + i * row + k; p += CACHE_LINE) {
        sum += array[p];
      }
    }
    return sum;
  }

  /** Where each of the first {@code m} rows of a matrix starts that is not transposed. */
  int[] rows(int m) {
    int[] rows = new int[m];
    for (int i = 0; i < m; i++) {
      rows[i] = at + i * row;
    }
    return rows;
  }
}
