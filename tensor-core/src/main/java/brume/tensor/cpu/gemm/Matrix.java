package brume.tensor.cpu.gemm;

/**
 * A matrix inside an array: element (r, c) at {@code at + r*row + c}, or at {@code at + c*row + r} if
 * it is stored transposed.
 */
public final class Matrix {

  private static final int CACHE_LINE = 16;

  /** Holds it. */
  public final float[] array;

  /** Where it starts. */
  public final int at;

  /** Elements from one row to the next, or from one column if it is transposed. */
  public final int row;

  /** Whether it is stored column by column. */
  public final boolean transposed;

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
  public static Matrix of(float[] array, int at, int row) {
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
  public static Matrix transposed(float[] array, int at, int column) {
    return new Matrix(array, at, column, true);
  }

  /**
   * The matrix of the same elements that starts at row {@code r}, column {@code c}.
   *
   * @param r a row
   * @param c a column
   * @return a view
   */
  public Matrix from(int r, int c) {
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
  public float readInOrder(int m, int k) {
    float sum = 0;
    for (int i = 0; i < m; i++) {
      for (int p = at + i * row; p < at + i * row + k; p += CACHE_LINE) {
        sum += array[p];
      }
    }
    return sum;
  }

  /**
   * Where each of the first {@code m} rows of a matrix starts that is not transposed.
   *
   * @param m how many
   * @return indices of {@link #array}
   */
  public int[] rows(int m) {
    int[] rows = new int[m];
    for (int i = 0; i < m; i++) {
      rows[i] = at + i * row;
    }
    return rows;
  }

  /**
   * Copies some rows into another matrix, unless they are one; neither is transposed. To read numbers that
   * lie far apart pays only once, and in long runs.
   *
   * @param y gets them, in the same rows
   * @param first number of the first row
   * @param count how many rows
   * @param columns numbers of each
   */
  public void copyRows(Matrix y, int first, int count, int columns) {
    if (array == y.array && at == y.at) {
      return;
    }
    for (int r = first; r < first + count; r++) {
      System.arraycopy(array, at + r * row, y.array, y.at + r * y.row, columns);
    }
  }
}
