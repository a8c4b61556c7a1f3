package brume.tensor.cpu;

/** The product of two matrices, by one thread. */
final class Gemm {

  private final FloatPool pool;

  Gemm(FloatPool pool) {
    this.pool = pool;
  }

  /**
   * C = alpha*A*B + beta*C. With {@code beta} 0 the old numbers of C are never read.
   *
   * @param m rows of A and C
   * @param n columns of B and C
   * @param k columns of A, rows of B
   * @param alpha factor of the product
   * @param a (M, K)
   * @param b (K, N)
   * @param beta factor of what C held
   * @param c (M, N) result, not transposed
   */
  void multiply(int m, int n, int k, float alpha, Matrix a, Matrix b, float beta, Matrix c) {
    float[] column = pool.take(k);
    for (int j = 0; j < n; j++) {
      for (int p = 0; p < k; p++) {
        column[p] = b.array[b.at + (b.transposed ? j * b.row + p : p * b.row + j)];
      }
      for (int i = 0; i < m; i++) {
        float sum = 0;
        for (int p = 0; p < k; p++) {
          sum += a.array[a.at + (a.transposed ? p * a.row + i : i * a.row + p)] * column[p];
        }
        int at = c.at + i * c.row + j;
        c.array[at] = beta == 0 ? alpha * sum : alpha * sum + beta * c.array[at];
      }
    }
    pool.give(column);
  }
}
