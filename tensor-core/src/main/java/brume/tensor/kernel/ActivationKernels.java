package brume.tensor.kernel;

import brume.tensor.Tensor;

/** Functions of one number, applied to every element, and their gradients. */
public interface ActivationKernels {

  /**
   * The kernels of the device that holds {@code t}.
   *
   * @param t any tensor
   * @return its kernels
   */
  static ActivationKernels of(Tensor t) {
    return Backend.of(t).activation();
  }

  /**
   * y = f(x).
   *
   * @param f the function
   * @param p its parameter, if it has one
   * @param x input
   * @param y result, may be x
   */
  void apply(UnaryFunction f, double p, Tensor x, Tensor y);

  /**
   * Gradient of {@link #apply}: dx = dy·f'(x).
   *
   * @param f the function
   * @param p its parameter, if it has one
   * @param x input of the forward pass
   * @param dy gradient with respect to y
   * @param dx receives the gradient with respect to x, may be dy
   */
  void applyGrad(UnaryFunction f, double p, Tensor x, Tensor dy, Tensor dx);
}
