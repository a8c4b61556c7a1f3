package brume.tensor.cpu;

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
    return columns(q, at.q(), at.lq());
  }

  /** (LK, D) keys, or their gradient. */
  Matrix k(float[] k) {
    return columns(k, at.k(), at.lk());
  }

  /** (LK, D) values, or their gradient. */
  Matrix v(float[] v) {
    return columns(v, at.v(), at.lk());
  }

  /** (LQ, D) of a tensor (N, LQ, heads*D). */
  Matrix dense(float[] y, int positions) {
    return Matrix.of(y, n * positions * at.inner() + head * at.d(), at.inner());
  }

  /** (rows, columns) of a tensor (N, heads, rows, columns). */
  Matrix square(float[] p, int rows, int columns) {
    return Matrix.of(p, (n * at.heads() + head) * rows * columns, columns);
  }

  /** The same numbers with rows and columns exchanged. */
  static Matrix transposed(Matrix m) {
    return Matrix.transposed(m.array, m.at, m.row);
  }

  private Matrix columns(float[] array, Columns where, int positions) {
    return Matrix.of(array, n * positions * where.row() + where.at() + head * at.d(), where.row());
  }
}
