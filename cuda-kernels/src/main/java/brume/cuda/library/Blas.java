package brume.cuda.library;

import brume.cuda.driver.CudaException;

/**
 * Products of matrices by a library, or its emulation, with the conventions of BLAS: matrices lie
 * column by column, each column {@code leading} elements after the one before.
 *
 * <p>Work is done in the order of the driver's, and may still be under way when a call returns.
 */
public interface Blas extends AutoCloseable {

  /** What is done to a matrix before it is multiplied. */
  enum Operation {
    /** Nothing. */
    NONE,
    /** Rows become columns. */
    TRANSPOSE
  }

  /**
   * Matrices of a batch in the memory of the device, single precision.
   *
   * @param address of the first one
   * @param leading elements from one column to the next, at least the number of stored rows
   * @param stride elements from one matrix to the next; 0 repeats the same one
   */
  record Matrices(long address, int leading, long stride) {}

  /**
   * One line for logs.
   *
   * @return for example {@code cuBLAS 12.6.3}, or {@code cuBLAS 12.6.3 in TF32}
   */
  String describe();

  /**
   * For every matrix of the batch, C = α·op(A)·op(B) + β·C, multiplied as its {@link CudaMath} says.
   * With β = 0 the old numbers of C are never read.
   *
   * @param ofA what is done to A
   * @param ofB what is done to B
   * @param m rows of op(A) and C, at least 1
   * @param n columns of op(B) and C, at least 1
   * @param k columns of op(A), rows of op(B), at least 1
   * @param alpha factor α
   * @param a stored (m, k), or (k, m) to be transposed
   * @param b stored (k, n), or (n, k) to be transposed
   * @param beta factor β
   * @param c stored (m, n)
   * @param batch number of products, at least 1
   * @throws CudaException if the library refuses
   */
  void multiply(
      Operation ofA,
      Operation ofB,
      int m,
      int n,
      int k,
      float alpha,
      Matrices a,
      Matrices b,
      float beta,
      Matrices c,
      int batch);

  /** Gives back everything the library holds. */
  @Override
  void close();
}
