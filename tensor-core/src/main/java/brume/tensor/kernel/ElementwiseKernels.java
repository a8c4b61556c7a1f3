package brume.tensor.kernel;

import brume.tensor.Tensor;

/**
 * Arithmetic element by element.
 * All tensors of a call have the same number of elements unless said
 * otherwise; {@code y} may be one of the inputs.
 */
public interface ElementwiseKernels {

  /**
   * The kernels of the device that holds {@code t}.
   *
   * @param t any tensor
   * @return its kernels
   */
  static ElementwiseKernels of(Tensor t) {
    return Backend.of(t).elementwise();
  }

  /**
   * y = a + b.
   *
   * @param a first summand
   * @param b second summand
   * @param y result
   */
  void add(Tensor a, Tensor b, Tensor y);

  /**
   * y = a·b.
   *
   * @param a first factor
   * @param b second factor
   * @param y result
   */
  void multiply(Tensor a, Tensor b, Tensor y);

  /**
   * y = α·a + β·b.
   *
   * @param alpha factor of a
   * @param a first tensor
   * @param beta factor of b
   * @param b second tensor
   * @param y result
   */
  void mix(double alpha, Tensor a, double beta, Tensor b, Tensor y);

  /**
   * y = α·x + β.
   *
   * @param alpha factor
   * @param x input
   * @param beta summand
   * @param y result
   */
  void affine(double alpha, Tensor x, double beta, Tensor y);

  /**
   * Mixes samples with factors of their own: y[n] = α[n]·a[n] + β[n]·b[n].
   *
   * @param alpha (N) factors of a
   * @param a (N, ...) first tensor
   * @param beta (N) factors of b
   * @param b (N, ...) second tensor
   * @param y (N, ...) result
   */
  void mixSamples(Tensor alpha, Tensor a, Tensor beta, Tensor b, Tensor y);

  /**
   * Adds one number per channel: y[r, c] = x[r, c] + b[c].
   *
   * @param x (..., C) input
   * @param b (C) summands
   * @param y (..., C) result
   */
  void addPerChannel(Tensor x, Tensor b, Tensor y);

  /**
   * Limits numbers to a range.
   *
   * @param x input
   * @param low smallest result
   * @param high largest result
   * @param y result
   */
  void clamp(Tensor x, double low, double high, Tensor y);

  /**
   * Gradient of {@link #clamp}, which passes at the limits themselves, as in PyTorch.
   *
   * @param x input of the forward pass
   * @param low smallest result
   * @param high largest result
   * @param dy gradient with respect to y
   * @param dx receives the gradient with respect to x
   */
  void clampGrad(Tensor x, double low, double high, Tensor dy, Tensor dx);

  /**
   * Sets all numbers to one value.
   *
   * @param value the value
   * @param y result
   */
  void fill(double value, Tensor y);
}
