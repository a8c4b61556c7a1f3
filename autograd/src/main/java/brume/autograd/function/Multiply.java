package brume.autograd.function;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;

/**
 * Product, element by element.
 *
 * <pre>
 *   y  = a·b
 *   da = dy·b,  db = dy·a
 * </pre>
 *
 * @param a saved factor
 * @param b saved factor, of the same shape
 */
public record Multiply(Tensor a, Tensor b) implements Differentiable {

  /**
   * Multiplies two variables of one shape.
   *
   * @param a first factor
   * @param b second factor
   * @return a·b
   * @throws ShapeException if the shapes differ
   */
  public static Variable multiply(Variable a, Variable b) {
    Expect.sameShape("multiply", a.shape(), b.shape());
    Tensor y = a.value().like();
    ElementwiseKernels.of(y).multiply(a.value(), b.value(), y);
    return Variable.of(y, new Multiply(a.value(), b.value()), a, b);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, () -> product(dy, b));
    grads.put(1, () -> product(dy, a));
  }

  private static Tensor product(Tensor a, Tensor b) {
    Tensor y = a.like();
    ElementwiseKernels.of(y).multiply(a, b, y);
    return y;
  }
}
