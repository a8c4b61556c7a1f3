package brume.tensor.cpu.norm;

import static jdk.incubator.vector.FloatVector.fromArray;

import brume.tensor.cpu.loop.Columns;
import brume.tensor.cpu.loop.VectorMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops of normalization over a block of positions, one column of channels after another (see
 * {@link Columns}), each a vector body and a scalar tail that says the same in plain Java.
 *
 * <p>Factors of a sample lie in four runs of C numbers, for xhat = (x - mu)*r and u = a*xhat + b:
 *
 * <pre>
 *   mu at k,   r at k + C,   a at k + 2C,   b at k + 3C
 * </pre>
 */
final class NormColumns {

  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;

  private NormColumns() {}

  /** x += b, with a number for each channel. */
  static void addToRows(float[] x, int at, int rows, int C, float[] b) {
    int c = 0;
    for (int end = LANES.loopBound(C); c < end; c += LANES.length()) {
      FloatVector bias = fromArray(LANES, b, c);
      for (int r = 0, i = at + c; r < rows; r++, i += C) {
        fromArray(LANES, x, i).add(bias).intoArray(x, i);
      }
    }
    for (; c < C; c++) {
      for (int r = 0, i = at + c; r < rows; r++, i += C) {
        x[i] += b[c];
      }
    }
  }

  /** squares[to + c] = sum over r of (x - means[to0 + c])^2. */
  static void squares(
      float[] x, int at, int rows, int C, float[] means, int meansAt, float[] squares, int to) {
    int c = 0, whole = Columns.whole(C);
    for (int end = LANES.loopBound(whole); c < end; c += LANES.length()) {
      FloatVector mean = fromArray(LANES, means, meansAt + c);
      FloatVector sum = FloatVector.zero(LANES);
      for (int r = 0, i = at + c; r < rows; r++, i += C) {
        FloatVector d = fromArray(LANES, x, i).sub(mean);
        sum = d.fma(d, sum);
      }
      sum.intoArray(squares, to + c);
    }
    for (; c < whole; c += 2) { // so that not every addition need wait for another
      float mean = means[meansAt + c], next = means[meansAt + c + 1], sum = 0, sumOfNext = 0;
      for (int r = 0, i = at + c; r < rows; r++, i += C) {
        float d = x[i] - mean, e = x[i + 1] - next;
        sum = Math.fma(d, d, sum);
        sumOfNext = Math.fma(e, e, sumOfNext);
      }
      squares[to + c] = sum;
      squares[to + c + 1] = sumOfNext;
    }
    for (; c < C; c++) {
      float mean = means[meansAt + c];
      double sum = 0;
      for (int r = 0, i = at + c; r < rows; r++, i += C) {
        double d = x[i] - mean;
        sum += d * d;
      }
      squares[to + c] = (float) sum;
    }
  }

  /** y = u. */
  static void normalize(float[] x, int at, int rows, int C, float[] factors, int k, float[] y) {
    int c = 0;
    for (int end = LANES.loopBound(C); c < end; c += LANES.length()) {
      FloatVector mu = fromArray(LANES, factors, k + c);
      FloatVector scale = fromArray(LANES, factors, k + C + c);
      FloatVector a = fromArray(LANES, factors, k + 2 * C + c);
      FloatVector b = fromArray(LANES, factors, k + 3 * C + c);
      for (int r = 0, i = at + c; r < rows; r++, i += C) {
        FloatVector xhat = fromArray(LANES, x, i).sub(mu).mul(scale);
        xhat.fma(a, b).intoArray(y, i);
      }
    }
    for (; c < C; c++) {
      float mu = factors[k + c], scale = factors[k + C + c];
      float a = factors[k + 2 * C + c], b = factors[k + 3 * C + c];
      for (int r = 0, i = at + c; r < rows; r++, i += C) {
        y[i] = Math.fma((x[i] - mu) * scale, a, b);
      }
    }
  }

  /** y = silu(u). */
  static void normalizeSiLU(float[] x, int at, int rows, int C, float[] factors, int k, float[] y) {
    int c = 0;
    for (int end = LANES.loopBound(C); c < end; c += LANES.length()) {
      FloatVector mu = fromArray(LANES, factors, k + c);
      FloatVector scale = fromArray(LANES, factors, k + C + c);
      FloatVector a = fromArray(LANES, factors, k + 2 * C + c);
      FloatVector b = fromArray(LANES, factors, k + 3 * C + c);
      for (int r = 0, i = at + c; r < rows; r++, i += C) {
        FloatVector u = fromArray(LANES, x, i).sub(mu).mul(scale).fma(a, b);
        u.mul(VectorMath.sigmoid(u)).intoArray(y, i);
      }
    }
    for (; c < C; c++) {
      float mu = factors[k + c], scale = factors[k + C + c];
      float a = factors[k + 2 * C + c], b = factors[k + 3 * C + c];
      for (int r = 0, i = at + c; r < rows; r++, i += C) {
        float u = Math.fma((x[i] - mu) * scale, a, b);
        y[i] = u * VectorMath.sigmoid(u);
      }
    }
  }

  /** sums[to + c] = sum of dy, sums[to + C + c] = sum of dy*xhat. */
  static void sums(
      float[] x,
      float[] dy,
      int at,
      int rows,
      int C,
      float[] factors,
      int k,
      float[] sums,
      int to) {
    int c = 0;
    for (int end = LANES.loopBound(Columns.whole(C)); c < end; c += LANES.length()) {
      FloatVector mu = fromArray(LANES, factors, k + c);
      FloatVector scale = fromArray(LANES, factors, k + C + c);
      FloatVector sum = FloatVector.zero(LANES), product = sum;
      for (int r = 0, i = at + c; r < rows; r++, i += C) {
        FloatVector d = fromArray(LANES, dy, i);
        FloatVector xhat = fromArray(LANES, x, i).sub(mu).mul(scale);
        sum = sum.add(d);
        product = xhat.fma(d, product);
      }
      sum.intoArray(sums, to + c);
      product.intoArray(sums, to + C + c);
    }
    restOfSums(c, x, dy, at, rows, C, factors, k, sums, to);
  }

  /** {@link #sums} of the columns that fill no vector. */
  private static void restOfSums(
      int first,
      float[] x,
      float[] dy,
      int at,
      int rows,
      int C,
      float[] factors,
      int k,
      float[] sums,
      int to) {
    int c = first;
    for (int whole = Columns.whole(C); c < whole; c++) {
      float mu = factors[k + c], scale = factors[k + C + c], sum = 0, product = 0;
      for (int r = 0, i = at + c; r < rows; r++, i += C) {
        sum += dy[i];
        product = Math.fma((x[i] - mu) * scale, dy[i], product);
      }
      sums[to + c] = sum;
      sums[to + C + c] = product;
    }
    for (; c < C; c++) {
      float mu = factors[k + c], scale = factors[k + C + c];
      double sum = 0, product = 0;
      for (int r = 0, i = at + c; r < rows; r++, i += C) {
        sum += dy[i];
        product += (double) ((x[i] - mu) * scale) * dy[i];
      }
      sums[to + c] = (float) sum;
      sums[to + C + c] = (float) product;
    }
  }

  /** du = dy*silu'(u), and {@link #sums} of du in place of dy. */
  static void sumsSiLU(
      float[] x,
      float[] dy,
      int at,
      int rows,
      int C,
      float[] factors,
      int k,
      float[] du,
      float[] sums,
      int to) {
    int c = 0;
    for (int end = LANES.loopBound(Columns.whole(C)); c < end; c += LANES.length()) {
      FloatVector mu = fromArray(LANES, factors, k + c);
      FloatVector scale = fromArray(LANES, factors, k + C + c);
      FloatVector a = fromArray(LANES, factors, k + 2 * C + c);
      FloatVector b = fromArray(LANES, factors, k + 3 * C + c);
      FloatVector sum = FloatVector.zero(LANES), product = sum;
      for (int r = 0, i = at + c; r < rows; r++, i += C) {
        FloatVector xhat = fromArray(LANES, x, i).sub(mu).mul(scale);
        FloatVector d = fromArray(LANES, dy, i).mul(VectorMath.siluSlope(xhat.fma(a, b)));
        d.intoArray(du, i);
        sum = sum.add(d);
        product = xhat.fma(d, product);
      }
      sum.intoArray(sums, to + c);
      product.intoArray(sums, to + C + c);
    }
    for (int rest = c; rest < C; rest++) {
      float mu = factors[k + rest], scale = factors[k + C + rest];
      float a = factors[k + 2 * C + rest], b = factors[k + 3 * C + rest];
      for (int r = 0, i = at + rest; r < rows; r++, i += C) {
        du[i] = dy[i] * VectorMath.siluSlope(Math.fma((x[i] - mu) * scale, a, b));
      }
    }
    restOfSums(c, x, du, at, rows, C, factors, k, sums, to);
  }

  /** dx = p*du - q - s*xhat, with p, q and s in runs of C numbers from {@code to}. */
  static void inputGradient(
      float[] x,
      float[] du,
      int at,
      int rows,
      int C,
      float[] factors,
      int k,
      float[] weights,
      int to,
      float[] dx) {
    int c = 0;
    for (int end = LANES.loopBound(C); c < end; c += LANES.length()) {
      FloatVector mu = fromArray(LANES, factors, k + c);
      FloatVector scale = fromArray(LANES, factors, k + C + c);
      FloatVector p = fromArray(LANES, weights, to + c);
      FloatVector q = fromArray(LANES, weights, to + C + c);
      FloatVector s = fromArray(LANES, weights, to + 2 * C + c);
      for (int r = 0, i = at + c; r < rows; r++, i += C) {
        FloatVector xhat = fromArray(LANES, x, i).sub(mu).mul(scale);
        FloatVector taken = xhat.fma(s, q);
        fromArray(LANES, du, i).mul(p).sub(taken).intoArray(dx, i);
      }
    }
    for (; c < C; c++) {
      float mu = factors[k + c], scale = factors[k + C + c];
      float p = weights[to + c], q = weights[to + C + c], s = weights[to + 2 * C + c];
      for (int r = 0, i = at + c; r < rows; r++, i += C) {
        dx[i] = du[i] * p - Math.fma((x[i] - mu) * scale, s, q);
      }
    }
  }
}
