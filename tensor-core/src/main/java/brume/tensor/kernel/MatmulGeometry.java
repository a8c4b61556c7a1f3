package brume.tensor.kernel;

/**
 * The sizes of a batch of matrix products C = op(A)·op(B), op being the identity or the transpose.
 * Matrices are row-major inside wider storage: row r of matrix i of A starts at element {@code
 * aAt + i·aBatch + r·aRow}.
 *
 * @param batch number of products
 * @param m rows of op(A) and C
 * @param n columns of op(B) and C
 * @param k columns of op(A), rows of op(B)
 * @param transposeA whether A is stored (K, M)
 * @param transposeB whether B is stored (N, K)
 * @param a where the matrices A lie
 * @param b where the matrices B lie
 * @param c where the matrices C lie
 */
public record MatmulGeometry(
    int batch,
    int m,
    int n,
    int k,
    boolean transposeA,
    boolean transposeB,
    Layout a,
    Layout b,
    Layout c) {

  /**
   * Where the matrices of a batch lie in their tensor.
   *
   * @param at element where the first one starts
   * @param row elements from one row to the next
   * @param stride elements from one matrix to the next; 0 repeats the same one
   */
  public record Layout(int at, int row, int stride) {}

  /**
   * A single product of dense matrices.
   *
   * @param m rows of op(A) and C
   * @param n columns of op(B) and C
   * @param k columns of op(A), rows of op(B)
   * @param transposeA whether A is stored (K, M)
   * @param transposeB whether B is stored (N, K)
   * @return the sizes
   */
  public static MatmulGeometry single(int m, int n, int k, boolean transposeA, boolean transposeB) {
    return batched(1, m, n, k, transposeA, transposeB);
  }

  /**
   * A batch of products of dense matrices, one after the other.
   *
   * @param batch number of products
   * @param m rows of op(A) and C
   * @param n columns of op(B) and C
   * @param k columns of op(A), rows of op(B)
   * @param transposeA whether A is stored (K, M)
   * @param transposeB whether B is stored (N, K)
   * @return the sizes
   */
  public static MatmulGeometry batched(
      int batch, int m, int n, int k, boolean transposeA, boolean transposeB) {
    return new MatmulGeometry(
        batch,
        m,
        n,
        k,
        transposeA,
        transposeB,
        new Layout(0, transposeA ? m : k, m * k),
        new Layout(0, transposeB ? k : n, k * n),
        new Layout(0, n, m * n));
  }
}
