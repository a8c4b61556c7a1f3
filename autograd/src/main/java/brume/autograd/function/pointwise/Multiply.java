package brume.autograd.function.pointwise;

import static brume.tensor.kernel.BinaryFunction.MULTIPLY;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;

/**
 * Product, element by element.
 *
 * <pre>
 *   y  = a·b
 *   da = dy·b,  db = dy·a           summed over the axes along which an operand was repeated
 * </pre>
 *
 * @param a saved factor
 * @param b saved factor
 */
public record Multiply(Tensor a, Tensor b) implements Differentiable {

  /**
   * Multiplies two variables. Their shapes are aligned at the last axes, and axes of size one
   * repeated.
   *
   * @param a first factor
   * @param b second factor
   * @return a·b, of the common shape
   * @throws ShapeException if the shapes have none
   */
  public static Variable multiply(Variable a, Variable b) {
    Tensor y = product(a.value(), b.value());
    return Variable.of(y, new Multiply(a.value(), b.value()), a, b);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, () -> Broadcast.sumOnto(a.shape(), product(dy, b)));
    grads.put(1, () -> Broadcast.sumOnto(b.shape(), product(dy, a)));
  }

  private static Tensor product(Tensor a, Tensor b) {
    return Broadcast.value("multiply", MULTIPLY, a, b);
  }
}
