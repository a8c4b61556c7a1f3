package brume.tensor.cpu;

/**
 * Images, filters or results at the 36 pairs of points of {@link Winograd}: 36 matrices, one behind the
 * other in an array, whose rows are tiles or channels. The pair of point i in height and point j in
 * width has number {@code 6*i + j}.
 */
final class PointMatrices {

  /** Points in each direction; also pixels of the image that a tile sees. */
  static final int POINTS = 6;

  static final int COUNT = POINTS * POINTS;

  /** Keeps equal rows of different matrices out of one set of the first-level cache. */
  private static final int PADDING = 16;

  final float[] array;

  /** Elements from one row to the next. */
  final int row;

  /** Elements from one matrix to the next. */
  final int stride;

  /**
   * Matrices inside an array.
   *
   * @param array holds them, and is at least {@link #length} long
   * @param rows of a matrix
   * @param row elements from one row to the next
   */
  PointMatrices(float[] array, int rows, int row) {
    this.array = array;
    this.row = row;
    stride = rows * row + PADDING;
  }

  /**
   * Elements of all matrices.
   *
   * @param rows of a matrix
   * @param row elements from one row to the next
   * @return enough to hold them
   */
  static int length(int rows, int row) {
    return COUNT * (rows * row + PADDING);
  }

  /** Where row {@code r} of a matrix starts. */
  int at(int matrix, int r) {
    return matrix * stride + r * row;
  }
}
