package brume.autograd.function.pointwise;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;

/**
 * Scaling and shifting by numbers that are not learned.
 *
 * <pre>
 *   y  = α·x + β
 *   dx = α·dy
 * </pre>
 *
 * @param alpha saved factor α
 */
public record Affine(double alpha) implements Differentiable {

  /**
   * Scales and shifts every element.
   *
   * @param x of any shape
   * @param alpha factor α
   * @param beta summand β
   * @return of the shape of {@code x}
   */
  public static Variable affine(Variable x, double alpha, double beta) {
    Tensor y = x.value().like();
    ElementwiseKernels.of(y).affine(alpha, x.value(), beta, y);
    return Variable.of(y, new Affine(alpha), x);
  }

  /**
   * Scales every element.
   *
   * @param x of any shape
   * @param alpha factor α
   * @return of the shape of {@code x}
   */
  public static Variable scale(Variable x, double alpha) {
    return affine(x, alpha, 0);
  }

  /**
   * Changes the sign of every element.
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable negate(Variable x) {
    return affine(x, -1, 0);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Tensor dx = dy.like();
    ElementwiseKernels.of(dx).affine(alpha, dy, 0, dx);
    grads.put(0, dx);
  }
}
