package brume.tensor.kernel;

import brume.tensor.DType;
import brume.tensor.Tensor;

/** Matrix products, batched. */
public interface MatmulKernels {

  /**
   * The kernels of the device that holds {@code t}.
   *
   * @param t any tensor
   * @return its kernels
   */
  static MatmulKernels of(Tensor t) {
    return Backend.of(t).matmul();
  }

  /**
   * For every matrix of the batch, C = α·op(A)·op(B) + β·C. With β = 0 the old numbers of C are never
   * read.
   *
   * @param at sizes, transposes, strides
   * @param alpha factor α
   * @param a left matrices
   * @param b right matrices; one alone may be of {@linkplain DType#isHalf() half width}
   * @param beta factor β of what C held
   * @param c result
   */
  void matmul(MatmulGeometry at, double alpha, Tensor a, Tensor b, double beta, Tensor c);
}
