package brume.tensor.kernel;

import brume.tensor.Scope;
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

  /**
   * y = a·f(g), where each row of x holds a and, behind it, g.
   *
   * @param f the function
   * @param p its parameter, if it has one
   * @param x (..., 2C) input
   * @param y (..., C) result
   */
  default void gated(UnaryFunction f, double p, Tensor x, Tensor y) {
    try (Scope scope = Scope.open("ActivationKernels.gated")) {
      Tensor a = half(x, 0, y), g = half(x, 1, y);
      apply(f, p, g, g);
      ElementwiseKernels.of(y).multiply(a, g, y);
    }
  }

  /**
   * Gradient of {@link #gated}: da = dy·f(g), dg = dy·a·f'(g).
   *
   * @param f the function
   * @param p its parameter, if it has one
   * @param x (..., 2C) input of the forward pass
   * @param dy (..., C) gradient with respect to y
   * @param dx (..., 2C) receives the gradient with respect to x
   */
  default void gatedGrad(UnaryFunction f, double p, Tensor x, Tensor dy, Tensor dx) {
    int columns = dy.shape().dim(-1), rows = dy.shape().with(-1, 1).size();
    try (Scope scope = Scope.open("ActivationKernels.gatedGrad")) {
      Tensor a = half(x, 0, dy), g = half(x, 1, dy), dg = dy.like(), da = dy.like();
      ElementwiseKernels.of(dy).multiply(dy, a, dg);
      applyGrad(f, p, g, dg, dg);
      apply(f, p, g, g);
      ElementwiseKernels.of(dy).multiply(dy, g, da);
      IndexingKernels.of(dy).copyBlock(rows, columns, da, 0, columns, dx, 0, 2 * columns);
      IndexingKernels.of(dy).copyBlock(rows, columns, dg, 0, columns, dx, columns, 2 * columns);
    }
  }

  /** The first or the second half of each row, of the shape of another tensor. */
  private static Tensor half(Tensor x, int which, Tensor y) {
    int columns = y.shape().dim(-1), rows = y.shape().with(-1, 1).size();
    Tensor half = y.like();
    IndexingKernels.of(y)
        .copyBlock(rows, columns, x, which * columns, 2 * columns, half, 0, columns);
    return half;
  }
}
