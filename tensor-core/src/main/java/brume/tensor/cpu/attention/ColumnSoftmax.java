package brume.tensor.cpu.attention;

import static jdk.incubator.vector.FloatVector.fromArray;

import brume.tensor.cpu.gemm.Matrix;
import brume.tensor.cpu.loop.Columns;
import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.loop.VectorMath;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Softmax down the columns of a matrix inside an array, by one thread, a block of rows at a time.
 * Each column's maximum or sum stays in a register while a block is walked down.
 */
final class ColumnSoftmax {

  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;

  private final FloatPool pool;

  ColumnSoftmax(FloatPool pool) {
    this.pool = pool;
  }

  /**
   * y = softmax over the rows of x.
   *
   * @param rows numbers per column
   * @param columns number of columns
   * @param grain rows of a block: where sums are cut, so it must not depend on how columns are shared
   *     out
   * @param x input, not transposed
   * @param y result, not transposed; may be x
   */
  void forward(int rows, int columns, int grain, Matrix x, Matrix y) {
    float[] max = pool.take(columns), sums = pool.take(columns);
    forward(rows, columns, grain, x, y, max, sums);
    pool.give(max);
    pool.give(sums);
  }

  /**
   * x = softmax over each of several groups of rows, one below the other; a group is one block.
   *
   * @param groups how many
   * @param rows of each
   * @param columns number of columns
   * @param x input, becomes the result; not transposed
   */
  void forwardGroups(int groups, int rows, int columns, Matrix x) {
    float[] max = pool.take(columns), sums = pool.take(columns);
    for (int g = 0; g < groups; g++) {
      Matrix group = x.from(g * rows, 0);
      forward(rows, columns, rows, group, group, max, sums);
    }
    pool.give(max);
    pool.give(sums);
  }

  private static void forward(
      int rows, int columns, int grain, Matrix x, Matrix y, float[] max, float[] sums) {
    Arrays.fill(max, 0, columns, Float.NEGATIVE_INFINITY);
    Arrays.fill(sums, 0, columns, 0);
    for (int first = 0; first < rows; first += grain) {
      int count = Math.min(grain, rows - first);
      x.copyRows(y, first, count, columns);
      raise(y.array, y.at + first * y.row, y.row, count, columns, max);
    }
    for (int first = 0; first < rows; first += grain) {
      int count = Math.min(grain, rows - first);
      exponentials(y.array, y.at + first * y.row, y.row, count, columns, max, sums);
    }
    for (int c = 0; c < columns; c++) {
      sums[c] = 1 / sums[c];
    }
    scale(y.array, y.at, y.row, rows, columns, sums);
  }

  /**
   * x = e^(x - max) with the largest x of the column: softmax but for the division.
   *
   * @param rows numbers per column
   * @param columns number of columns
   * @param grain rows of a block, see {@link #forward}
   * @param x input, becomes the result; not transposed
   * @param max receives the largest x of each column
   * @param sums receives the sum of each column of the result
   * @param at where in {@code max} and {@code sums} the first column's are
   */
  void exponentials(int rows, int columns, int grain, Matrix x, float[] max, float[] sums, int at) {
    float[] largest = pool.take(columns), ofColumn = pool.take(columns);
    Arrays.fill(largest, Float.NEGATIVE_INFINITY);
    Arrays.fill(ofColumn, 0);
    raise(x.array, x.at, x.row, rows, columns, largest);
    for (int first = 0; first < rows; first += grain) {
      int count = Math.min(grain, rows - first);
      exponentials(x.array, x.at + first * x.row, x.row, count, columns, largest, ofColumn);
    }
    System.arraycopy(largest, 0, max, at, columns);
    System.arraycopy(ofColumn, 0, sums, at, columns);
    pool.give(largest);
    pool.give(ofColumn);
  }

  /**
   * x = e^(x - max)*factor: softmax from maxima and sums that are known.
   *
   * @param rows numbers per column
   * @param columns number of columns
   * @param x input, becomes the result; not transposed
   * @param max the largest x of each column
   * @param factors one over the sum of exponentials of each column
   */
  static void weights(int rows, int columns, Matrix x, float[] max, float[] factors) {
    float[] xs = x.array;
    int c = 0;
    for (int end = LANES.loopBound(columns); c < end; c += LANES.length()) {
      FloatVector largest = fromArray(LANES, max, c), factor = fromArray(LANES, factors, c);
      for (int r = 0, i = x.at + c; r < rows; r++, i += x.row) {
        VectorMath.exp(fromArray(LANES, xs, i).sub(largest)).mul(factor).intoArray(xs, i);
      }
    }
    for (; c < columns; c++) {
      for (int r = 0, i = x.at + c; r < rows; r++, i += x.row) {
        xs[i] = VectorMath.exp(xs[i] - max[c]) * factors[c];
      }
    }
  }

  /**
   * dx = y*(dy - dot), with dy in the place of dx.
   *
   * @param rows numbers per column
   * @param columns number of columns
   * @param y result of the forward pass, not transposed
   * @param dx the gradient with respect to y, becomes the one with respect to x; not transposed
   * @param dots sum over all rows of dy*y
   */
  static void inputGradient(int rows, int columns, Matrix y, Matrix dx, float[] dots) {
    inputGradient(y.array, y.at, y.row, dx.array, dx.at, dx.row, rows, columns, dots);
  }

  /**
   * dx = y*(dy - sum over the rows of dy*y), with dy in the place of dx.
   *
   * @param rows numbers per column
   * @param columns number of columns
   * @param y result of the forward pass, not transposed
   * @param dx the gradient with respect to y, becomes the one with respect to x; not transposed
   */
  void backward(int rows, int columns, Matrix y, Matrix dx) {
    int grain = Columns.rowsPerBlock(columns);
    float[] dots = pool.take(columns);
    Arrays.fill(dots, 0);
    for (int first = 0; first < rows; first += grain) {
      int count = Math.min(grain, rows - first);
      int yAt = y.at + first * y.row, dxAt = dx.at + first * dx.row;
      addProducts(y.array, yAt, y.row, dx.array, dxAt, dx.row, count, columns, dots);
    }
    inputGradient(y.array, y.at, y.row, dx.array, dx.at, dx.row, rows, columns, dots);
    pool.give(dots);
  }

  // ---- Loops over a block, column by column ----------------------------------------------------

  /** max[c] = the larger of itself and the x of column c. */
  private static void raise(float[] x, int at, int stride, int rows, int columns, float[] max) {
    int c = 0;
    for (int end = LANES.loopBound(columns); c < end; c += LANES.length()) {
      FloatVector largest = fromArray(LANES, max, c);
      for (int r = 0, i = at + c; r < rows; r++, i += stride) {
        FloatVector v = fromArray(LANES, x, i);
        largest = largest.blend(v, v.compare(VectorOperators.GT, largest));
      }
      largest.intoArray(max, c);
    }
    for (; c < columns; c++) {
      for (int r = 0, i = at + c; r < rows; r++, i += stride) {
        max[c] = x[i] > max[c] ? x[i] : max[c];
      }
    }
  }

  /** x = e^(x - max), and sums[c] += the block's sum of x. */
  private static void exponentials(
      float[] x, int at, int stride, int rows, int columns, float[] max, float[] sums) {
    int c = 0;
    for (int end = LANES.loopBound(columns); c < end; c += LANES.length()) {
      FloatVector largest = fromArray(LANES, max, c), sum = FloatVector.zero(LANES);
      for (int r = 0, i = at + c; r < rows; r++, i += stride) {
        FloatVector e = VectorMath.exp(fromArray(LANES, x, i).sub(largest));
        e.intoArray(x, i);
        sum = sum.add(e);
      }
      fromArray(LANES, sums, c).add(sum).intoArray(sums, c);
    }
    for (; c < columns; c++) {
      float sum = 0;
      for (int r = 0, i = at + c; r < rows; r++, i += stride) {
        x[i] = VectorMath.exp(x[i] - max[c]);
        sum += x[i];
      }
      sums[c] += sum;
    }
  }

  /** y = y*factor with the factor of the column. */
  private static void scale(float[] y, int at, int stride, int rows, int columns, float[] factor) {
    int c = 0;
    for (int end = LANES.loopBound(columns); c < end; c += LANES.length()) {
      FloatVector of = fromArray(LANES, factor, c);
      for (int r = 0, i = at + c; r < rows; r++, i += stride) {
        fromArray(LANES, y, i).mul(of).intoArray(y, i);
      }
    }
    for (; c < columns; c++) {
      for (int r = 0, i = at + c; r < rows; r++, i += stride) {
        y[i] *= factor[c];
      }
    }
  }

  /** dots[c] += the block's sum of y*dy. */
  private static void addProducts(
      float[] y,
      int yAt,
      int yStride,
      float[] dy,
      int dyAt,
      int dyStride,
      int rows,
      int columns,
      float[] dots) {
    int c = 0;
    for (int end = LANES.loopBound(columns); c < end; c += LANES.length()) {
      FloatVector sum = FloatVector.zero(LANES);
      for (int r = 0, i = yAt + c, j = dyAt + c; r < rows; r++, i += yStride, j += dyStride) {
        sum = fromArray(LANES, y, i).fma(fromArray(LANES, dy, j), sum);
      }
      fromArray(LANES, dots, c).add(sum).intoArray(dots, c);
    }
    for (; c < columns; c++) {
      float sum = 0;
      for (int r = 0, i = yAt + c, j = dyAt + c; r < rows; r++, i += yStride, j += dyStride) {
        sum = Math.fma(y[i], dy[j], sum);
      }
      dots[c] += sum;
    }
  }

  /** dx = y*(dx - dot) with the dot of the column. */
  private static void inputGradient(
      float[] y,
      int yAt,
      int yStride,
      float[] dx,
      int dxAt,
      int dxStride,
      int rows,
      int columns,
      float[] dots) {
    int c = 0;
    for (int end = LANES.loopBound(columns); c < end; c += LANES.length()) {
      FloatVector dot = fromArray(LANES, dots, c);
      for (int r = 0, i = yAt + c, j = dxAt + c; r < rows; r++, i += yStride, j += dxStride) {
        FloatVector d = fromArray(LANES, dx, j).sub(dot);
        fromArray(LANES, y, i).mul(d).intoArray(dx, j);
      }
    }
    for (; c < columns; c++) {
      for (int r = 0, i = yAt + c, j = dxAt + c; r < rows; r++, i += yStride, j += dxStride) {
        dx[j] = y[i] * (dx[j] - dots[c]);
      }
    }
  }
}
