package brume.autograd.function.pointwise;

import static brume.tensor.kernel.BinaryFunction.DIVIDE;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;

/**
 * Quotient, element by element.
 *
 * <pre>
 *   y  = a/b
 *   da = dy/b,  db = −dy·a/b²       summed over the axes along which an operand was repeated
 * </pre>
 *
 * @param a saved numerator
 * @param b saved denominator
 */
public record Divide(Tensor a, Tensor b) implements Differentiable {

  /**
   * Divides two variables. Their shapes are aligned at the last axes, and axes of size one repeated.
   *
   * @param a numerator
   * @param b denominator
   * @return a/b, of the common shape
   * @throws ShapeException if the shapes have none
   */
  public static Variable divide(Variable a, Variable b) {
    Tensor y = Broadcast.value("divide", DIVIDE, a.value(), b.value());
    return Variable.of(y, new Divide(a.value(), b.value()), a, b);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Broadcast.gradients(DIVIDE, a, b, dy, grads);
  }
}
