package brume.tensor.cpu;

import static brume.tensor.cpu.HeadMatrices.transposed;

import brume.tensor.kernel.AttentionGeometry;

/**
 * Linear attention of a tensor to itself, one head of one sample at a time. Its queries and keys stay in
 * the second-level cache: nothing as wide as they are is ever written to memory. Values are never
 * computed: the context kᵀ·v = kᵀ·(x·wᵀ) is (kᵀ·x)·wᵀ, where the second product is small.
 */
final class LinearSelfAttention {

  /**
   * Positions of a block, whose queries and their gradient stay in the first-level cache: whole tiles
   * of all heights.
   */
  static final int BLOCK = 120;

  private final Workers workers;
  private final FloatPool pool;
  private final Gemm gemm;
  private final RowSoftmax rowSoftmax;
  private final ColumnSoftmax columnSoftmax;

  LinearSelfAttention(Workers workers, FloatPool pool, Gemm gemm) {
    this.workers = workers;
    this.pool = pool;
    this.gemm = gemm;
    rowSoftmax = new RowSoftmax(pool);
    columnSoftmax = new ColumnSoftmax(pool);
  }

  /**
   * The result, and what its gradient needs.
   *
   * @param at sizes
   * @param c channels of x
   * @param x (N, L, C)
   * @param w (3*heads*D, C)
   * @param scale factor of the queries
   * @param y (N, L, heads*D) receives the result
   * @param keyMax (N, heads*D) receives the largest of each column of keys
   * @param keySum (N, heads*D) receives the sum of exponentials of each column of keys
   * @param context (N, heads, D, D) receives keys times values
   */
  void forward(
      AttentionGeometry at,
      int c,
      float[] x,
      float[] w,
      float scale,
      float[] y,
      float[] keyMax,
      float[] keySum,
      float[] context) {
    int L = at.lq(), D = at.d(), grain = Columns.rowsPerBlock(D);
    try (HeadProjections projections = HeadProjections.forth(at, c, w, workers, pool)) {
      workers.forEach(at.n() * at.heads(), i -> {
        HeadMatrices head = HeadMatrices.of(at, i);
        Matrix image = Matrix.of(x, head.n() * L * c, c), into = head.dense(y, L);
        Matrix summary = head.square(context, D, D), values = projections.values(head.head());
        float[] ks = pool.take(L * D), qs = pool.take(BLOCK * D), gathered = pool.take(D * c);
        Matrix k = Matrix.of(ks, 0, D), q = Matrix.of(qs, 0, D), sums = Matrix.of(gathered, 0, c);

        gemm.multiply(L, D, c, image, projections.k(head.head()), 0, false, k);
        columnSoftmax.exponentials(L, D, grain, k, keyMax, keySum, i * D);
        gemm.multiply(D, c, L, 1, transposed(k), image, 0, sums);
        gemm.multiply(D, D, c, 1, sums, transposed(values), 0, summary);
        divideRows(D, summary, keySum, i * D);

        try (PackedMatrix scaled =
            new PackedMatrix(Panels.of(summary, D, scale), D, D, workers, pool)) {
          for (int first = 0; first < L; first += BLOCK) {
            int rows = Math.min(BLOCK, L - first);
            Matrix block = image.from(first, 0);
            gemm.multiply(rows, D, c, block, projections.q(head.head()), 0, false, q);
            rowSoftmax.forward(rows, D, q, q);
            gemm.multiply(rows, D, D, q, scaled, 0, false, into.from(first, 0));
          }
        }
        pool.give(ks);
        pool.give(qs);
        pool.give(gathered);
      });
    }
  }

  /** Row d of m divided by the sum of column d. */
  private static void divideRows(int D, Matrix m, float[] sums, int at) {
    for (int d = 0; d < D; d++) {
      for (int e = 0; e < D; e++) {
        m.array[m.at + d * m.row + e] /= sums[at + d];
      }
    }
  }
}
