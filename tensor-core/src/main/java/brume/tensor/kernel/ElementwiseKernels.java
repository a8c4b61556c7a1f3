package brume.tensor.kernel;

import brume.tensor.Tensor;
import java.util.List;

/**
 * Arithmetic element by element. All tensors of a call have the same number of elements unless said
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
   * y = f(a, b), the operands being repeated to the common shape.
   *
   * @param f the function
   * @param at sizes and strides
   * @param a first operand
   * @param b second operand
   * @param y result; may be an operand that is not repeated
   */
  void combine(BinaryFunction f, BroadcastGeometry at, Tensor a, Tensor b, Tensor y);

  /**
   * Gradient of {@link #combine} for the first operand, before it is summed over the axes along which
   * a was repeated: da = dy·∂f/∂a.
   *
   * @param f the function
   * @param at sizes and strides
   * @param a first operand
   * @param b second operand
   * @param dy gradient with respect to y
   * @param da of the shape of y, receives the gradient with respect to the repeated a
   */
  void combineGradA(
      BinaryFunction f, BroadcastGeometry at, Tensor a, Tensor b, Tensor dy, Tensor da);

  /**
   * Gradient of {@link #combine} for the second operand, before it is summed over the axes along which
   * b was repeated: db = dy·∂f/∂b.
   *
   * @param f the function
   * @param at sizes and strides
   * @param a first operand
   * @param b second operand
   * @param dy gradient with respect to y
   * @param db of the shape of y, receives the gradient with respect to the repeated b
   */
  void combineGradB(
      BinaryFunction f, BroadcastGeometry at, Tensor a, Tensor b, Tensor dy, Tensor db);

  /**
   * y = a + b.
   *
   * @param a first summand
   * @param b second summand
   * @param y result
   */
  default void add(Tensor a, Tensor b, Tensor y) {
    combine(BinaryFunction.ADD, BroadcastGeometry.flat(y.shape().size()), a, b, y);
  }

  /**
   * y = a·b.
   *
   * @param a first factor
   * @param b second factor
   * @param y result
   */
  default void multiply(Tensor a, Tensor b, Tensor y) {
    combine(BinaryFunction.MULTIPLY, BroadcastGeometry.flat(y.shape().size()), a, b, y);
  }

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
   * Multiplies many tensors by one number: y = α·x.
   *
   * @param alpha factor
   * @param xs inputs
   * @param ys results, of the same sizes
   */
  default void scale(double alpha, List<Tensor> xs, List<Tensor> ys) {
    for (int i = 0; i < xs.size(); i++) {
      affine(alpha, xs.get(i), 0, ys.get(i));
    }
  }

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
   * @param value for each of them
   * @param y receives it everywhere
   */
  void fill(double value, Tensor y);
}
