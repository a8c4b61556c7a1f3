package brume.tensor.cpu.attention;

import static brume.tensor.cpu.loop.Rows.CHAINS;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import brume.tensor.Shape;
import brume.tensor.cpu.gemm.Matrix;
import brume.tensor.cpu.loop.Columns;
import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.loop.Rows;
import brume.tensor.cpu.loop.VectorMath;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Softmax along the rows of a matrix inside an array, by one thread. A block of rows at a time is
 * walked column by column (see {@link Columns}), with one vector per row for its maximum and some chains
 * for its sum (see {@link Rows}).
 */
final class RowSoftmax {

  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;

  /** Rows of which a block is longer than the first-level cache. */
  private static final int LONG = 1024;

  private final FloatPool pool;

  RowSoftmax(FloatPool pool) {
    this.pool = pool;
  }

  /**
   * y = softmax over the columns of x.
   *
   * @param rows number of rows
   * @param columns numbers per row
   * @param x input, not transposed
   * @param y result, not transposed; may be x
   */
  void forward(int rows, int columns, Matrix x, Matrix y) {
    if (columns >= LONG && LANES.length() == CHAINS) {
      forwardLong(rows, columns, x, y);
      return;
    }
    int grain = Columns.rowsPerBlock(columns);
    float[] lanes = pool.take(Shape.product(grain, CHAINS)); // of maxima, then chains
    float[] ofRow = pool.take(grain); // the largest x, then one over the sum
    for (int first = 0; first < rows; first += grain) {
      int count = Math.min(grain, rows - first);
      int at = y.at + first * y.row;
      x.copyRows(y, first, count, columns);
      Arrays.fill(lanes, 0, count * CHAINS, Float.NEGATIVE_INFINITY);
      raise(y.array, at, y.row, count, columns, lanes);
      Rows.maxima(lanes, count, ofRow, 0);
      Arrays.fill(lanes, 0, count * CHAINS, 0);
      exponentials(y.array, at, y.row, count, columns, ofRow, lanes);
      Rows.sums(lanes, count, ofRow, 0);
      for (int r = 0; r < count; r++) {
        ofRow[r] = 1 / ofRow[r];
      }
      scale(y.array, at, y.row, count, columns, ofRow);
    }
    pool.give(lanes);
    pool.give(ofRow);
  }

  /** Row by row, which stays in the first-level cache; with the bits of {@link #forward}. */
  private void forwardLong(int rows, int columns, Matrix x, Matrix y) {
    float[] chains = pool.take(CHAINS), sum = pool.take(1);
    for (int r = 0; r < rows; r++) {
      int at = y.at + r * y.row;
      x.copyRows(y, r, 1, columns);
      exponentials(y.array, at, columns, largest(y.array, at, columns), chains);
      Rows.sums(chains, 1, sum, 0);
      scale(y.array, at, columns, 1 / sum[0]);
    }
    pool.give(chains);
    pool.give(sum);
  }

  /**
   * dx = y*(dy - sum over the columns of dy*y).
   *
   * @param rows number of rows
   * @param columns numbers per row
   * @param y result of the forward pass, not transposed
   * @param dy gradient with respect to y, not transposed
   * @param dx receives the gradient with respect to x, not transposed; may be dy
   */
  void backward(int rows, int columns, Matrix y, Matrix dy, Matrix dx) {
    int grain = Columns.rowsPerBlock(columns);
    float[] chains = pool.take(Shape.product(grain, CHAINS));
    float[] dots = pool.take(grain);
    for (int first = 0; first < rows; first += grain) {
      int count = Math.min(grain, rows - first);
      int yAt = y.at + first * y.row, dyAt = dy.at + first * dy.row;
      Arrays.fill(chains, 0, count * CHAINS, 0);
      addProducts(y.array, yAt, y.row, dy.array, dyAt, dy.row, count, columns, chains);
      Rows.sums(chains, count, dots, 0);
      inputGradient(
          y.array,
          yAt,
          y.row,
          dy.array,
          dyAt,
          dy.row,
          count,
          columns,
          dots,
          dx.array,
          dx.at + first * dx.row,
          dx.row);
    }
    pool.give(chains);
    pool.give(dots);
  }

  // ---- Loops over a long row
  // ----------------------------------------------------------------------

  private static float largest(float[] x, int at, int columns) {
    FloatVector first = broadcast(LANES, Float.NEGATIVE_INFINITY), second = first;
    int c = 0, L = LANES.length();
    for (int end = columns - columns % (2 * L); c < end; c += 2 * L) {
      FloatVector v = fromArray(LANES, x, at + c), w = fromArray(LANES, x, at + c + L);
      first = first.blend(v, v.compare(VectorOperators.GT, first));
      second = second.blend(w, w.compare(VectorOperators.GT, second));
    }
    float largest = first.max(second).reduceLanes(VectorOperators.MAX);
    for (; c < columns; c++) {
      largest = x[at + c] > largest ? x[at + c] : largest;
    }
    return largest;
  }

  /** x = e^(x - max), summed in chains. A vector has a lane for each. */
  private static void exponentials(float[] x, int at, int columns, float max, float[] chains) {
    FloatVector sum = FloatVector.zero(LANES), shift = broadcast(LANES, max);
    int c = 0;
    for (int end = LANES.loopBound(Columns.whole(columns)); c < end; c += LANES.length()) {
      FloatVector e = VectorMath.exp(fromArray(LANES, x, at + c).sub(shift));
      e.intoArray(x, at + c);
      sum = sum.add(e);
    }
    sum.intoArray(chains, 0);
    for (; c < columns; c++) {
      x[at + c] = VectorMath.exp(x[at + c] - max);
      chains[Rows.chain(c, columns)] += x[at + c];
    }
  }

  private static void scale(float[] x, int at, int columns, float factor) {
    int c = 0;
    for (int end = LANES.loopBound(columns); c < end; c += LANES.length()) {
      fromArray(LANES, x, at + c).mul(factor).intoArray(x, at + c);
    }
    for (; c < columns; c++) {
      x[at + c] *= factor;
    }
  }

  // ---- Loops over a block, column by column ----------------------------------------------------

  /** lanes[r] = the larger of itself and the x of row r, spread over the lanes. */
  private static void raise(float[] x, int at, int stride, int rows, int columns, float[] lanes) {
    int c = 0, L = LANES.length();
    for (int end = LANES.loopBound(columns); c < end; c += L) {
      for (int r = 0, i = at + c, l = 0; r < rows; r++, i += stride, l += L) {
        FloatVector v = fromArray(LANES, x, i), largest = fromArray(LANES, lanes, l);
        largest.blend(v, v.compare(VectorOperators.GT, largest)).intoArray(lanes, l);
      }
    }
    for (; c < columns; c++) {
      for (int r = 0, i = at + c, l = 0; r < rows; r++, i += stride, l += L) {
        lanes[l] = x[i] > lanes[l] ? x[i] : lanes[l];
      }
    }
  }

  /** x = e^(x - max) with the maximum of the row, and chains[r] += x. */
  private static void exponentials(
      float[] x, int at, int stride, int rows, int columns, float[] max, float[] chains) {
    int c = 0;
    for (int end = LANES.loopBound(Columns.whole(columns)); c < end; c += LANES.length()) {
      for (int r = 0, i = at + c, l = c % CHAINS; r < rows; r++, i += stride, l += CHAINS) {
        FloatVector e = VectorMath.exp(fromArray(LANES, x, i).sub(max[r]));
        e.intoArray(x, i);
        fromArray(LANES, chains, l).add(e).intoArray(chains, l);
      }
    }
    for (; c < columns; c++) {
      int chain = Rows.chain(c, columns);
      for (int r = 0, i = at + c, l = chain; r < rows; r++, i += stride, l += CHAINS) {
        x[i] = VectorMath.exp(x[i] - max[r]);
        chains[l] += x[i];
      }
    }
  }

  /** y = y*factor with the factor of the row. */
  private static void scale(float[] y, int at, int stride, int rows, int columns, float[] factor) {
    int c = 0;
    for (int end = LANES.loopBound(columns); c < end; c += LANES.length()) {
      for (int r = 0, i = at + c; r < rows; r++, i += stride) {
        fromArray(LANES, y, i).mul(factor[r]).intoArray(y, i);
      }
    }
    for (; c < columns; c++) {
      for (int r = 0, i = at + c; r < rows; r++, i += stride) {
        y[i] *= factor[r];
      }
    }
  }

  /** chains[r] += y*dy, spread over the chains of row r. */
  private static void addProducts(
      float[] y,
      int yAt,
      int yStride,
      float[] dy,
      int dyAt,
      int dyStride,
      int rows,
      int columns,
      float[] chains) {
    int c = 0;
    for (int end = LANES.loopBound(Columns.whole(columns)); c < end; c += LANES.length()) {
      for (int r = 0, i = yAt + c, j = dyAt + c, l = c % CHAINS;
          r < rows;
          r++, i += yStride, j += dyStride, l += CHAINS) {
        FloatVector sum = fromArray(LANES, chains, l);
        fromArray(LANES, y, i).fma(fromArray(LANES, dy, j), sum).intoArray(chains, l);
      }
    }
    for (; c < columns; c++) {
      for (int r = 0, i = yAt + c, j = dyAt + c, l = Rows.chain(c, columns);
          r < rows;
          r++, i += yStride, j += dyStride, l += CHAINS) {
        chains[l] = Math.fma(y[i], dy[j], chains[l]);
      }
    }
  }

  /** dx = y*(dy - dot) with the dot of the row. */
  private static void inputGradient(
      float[] y,
      int yAt,
      int yStride,
      float[] dy,
      int dyAt,
      int dyStride,
      int rows,
      int columns,
      float[] dots,
      float[] dx,
      int dxAt,
      int dxStride) {
    int c = 0;
    for (int end = LANES.loopBound(columns); c < end; c += LANES.length()) {
      for (int r = 0, i = yAt + c, j = dyAt + c, k = dxAt + c;
          r < rows;
          r++, i += yStride, j += dyStride, k += dxStride) {
        FloatVector d = fromArray(LANES, dy, j).sub(broadcast(LANES, dots[r]));
        fromArray(LANES, y, i).mul(d).intoArray(dx, k);
      }
    }
    for (; c < columns; c++) {
      for (int r = 0, i = yAt + c, j = dyAt + c, k = dxAt + c;
          r < rows;
          r++, i += yStride, j += dyStride, k += dxStride) {
        dx[k] = y[i] * (dy[j] - dots[r]);
      }
    }
  }
}
