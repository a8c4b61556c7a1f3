package brume.cuda;

import brume.tensor.Tensor;
import brume.tensor.kernel.MatmulGeometry;

/** Whoever computes matrix products on the GPU: a kernel of our own, or a library. */
interface Products {

  /**
   * For every matrix of the batch and every head, C = α·op(A)·op(B) + β·C. With β = 0 the old numbers
   * of C are never read.
   *
   * @param at sizes, and where the first head of each product lies
   * @param heads where the others lie
   * @param alpha factor α
   * @param a left matrices
   * @param b right matrices
   * @param beta factor β of what C held
   * @param c result
   */
  void multiply(
      MatmulGeometry at, Heads heads, double alpha, Tensor a, Tensor b, double beta, Tensor c);
}
