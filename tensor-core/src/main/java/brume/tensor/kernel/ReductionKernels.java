package brume.tensor.kernel;

import brume.tensor.Tensor;

/** Sums, accumulated in an order that does not depend on the number of threads. */
public interface ReductionKernels {

  /**
   * The kernels of the device that holds {@code t}.
   *
   * @param t any tensor
   * @return its kernels
   */
  static ReductionKernels of(Tensor t) {
    return Backend.of(t).reduction();
  }

  /**
   * Sum of all elements.
   *
   * @param x input
   * @param y one element, receives the sum
   */
  void sum(Tensor x, Tensor y);

  /**
   * Sums over everything but the channels: y[c] = Σ x[r, c].
   *
   * @param x (..., C) input
   * @param y (C) receives the sums
   */
  void sumPerChannel(Tensor x, Tensor y);

  /**
   * Sum of squares, for the norm of a gradient.
   *
   * @param x input
   * @return Σ x², in double precision
   */
  double squaredNorm(Tensor x);

  /**
   * Largest absolute value.
   *
   * @param x input
   * @return max |x|, 0 for an empty tensor
   */
  double maxAbs(Tensor x);
}
