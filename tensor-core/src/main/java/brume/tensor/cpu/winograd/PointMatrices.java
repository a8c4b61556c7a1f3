package brume.tensor.cpu.winograd;

import brume.tensor.Shape;
import brume.tensor.cpu.loop.CacheLine;
import brume.tensor.cpu.loop.FloatPool;

/**
 * Images, filters or results at the 36 pairs of points of {@link Winograd}: 36 matrices, one behind the
 * other in an array from a {@link CacheLine} on, whose rows are tiles or channels. The pair of point i in height and point j in
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

  private PointMatrices(float[] array, int row, int stride) {
    this.array = array;
    this.row = row;
    this.stride = stride;
  }

  /**
   * Matrices with arbitrary numbers in them.
   *
   * @param pool lends the array
   * @param rows of a matrix
   * @param row its columns
   * @return the matrices, to be {@linkplain #give given back}
   */
  static PointMatrices take(FloatPool pool, int rows, int row) {
    return of(pool.take(length(rows, row)), rows, row);
  }

  /**
   * Matrices inside an array.
   *
   * @param array holds them, {@link #length} numbers
   * @param rows of a matrix
   * @param row its columns
   */
  static PointMatrices of(float[] array, int rows, int row) {
    return new PointMatrices(array, row, rows * row + PADDING);
  }

  /** Numbers of matrices of so many rows and columns. */
  static int length(int rows, int row) {
    return CacheLine.START + Shape.product(COUNT, rows * row + PADDING);
  }

  /** Gives the array back. */
  void give(FloatPool pool) {
    pool.give(array);
  }

  /** Where row {@code r} of a matrix starts. */
  int at(int matrix, int r) {
    return CacheLine.START + matrix * stride + r * row;
  }
}
