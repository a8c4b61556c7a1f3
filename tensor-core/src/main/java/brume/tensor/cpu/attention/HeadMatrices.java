package brume.tensor.cpu.attention;

import brume.tensor.cpu.gemm.Matrix;
import brume.tensor.kernel.AttentionGeometry;
import brume.tensor.kernel.AttentionGeometry.Columns;

/**
 * Where one head of one sample lies in each tensor of attention, as a matrix.
 *
 * @param at the sizes
 * @param n sample
 * @param head number of the head
 */
record HeadMatrices(AttentionGeometry at, int n, int head) {

  /** Runs over heads, then samples: head {@code i % heads} of sample {@code i / heads}. */
  static HeadMatrices of(AttentionGeometry at, int i) {
    return new HeadMatrices(at, i / at.heads(), i % at.heads());
  }

  /** (LQ, D) queries, or their gradient. */
  Matrix q(float[] q) {
    return columns(q, at.q(), at.lq(), at.d());
  }

  /** (LK, D) keys, or their gradient. */
  Matrix k(float[] k) {
    return columns(k, at.k(), at.lk(), at.d());
  }

  /** (LK, DV) values, or their gradient. */
  Matrix v(float[] v) {
    return columns(v, at.v(), at.lk(), at.dv());
  }

  /** (L, D) of a tensor (N, L, heads*D). */
  Matrix dense(float[] x, int positions) {
    return columns(x, new Columns(0, at.inner()), positions, at.d());
  }

  /** (LQ, DV) of the result, (N, LQ, heads*DV), or of its gradient. */
  Matrix y(float[] y) {
    return columns(y, new Columns(0, at.innerV()), at.lq(), at.dv());
  }

  /** (rows, columns) of a tensor (N, heads, rows, columns). */
  Matrix square(float[] p, int rows, int columns) {
    return Matrix.of(p, (n * at.heads() + head) * rows * columns, columns);
  }

  /** The same numbers with rows and columns exchanged. */
  static Matrix transposed(Matrix m) {
    return Matrix.transposed(m.array, m.at, m.row);
  }

  private Matrix columns(float[] array, Columns where, int positions, int width) {
    return Matrix.of(array, n * positions * where.row() + where.at() + head * width, where.row());
  }
}
