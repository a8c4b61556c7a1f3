package brume.autograd.function.pointwise;

import static brume.tensor.kernel.BinaryFunction.ADD;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;

/**
 * Sum of two variables, element by element.
 *
 * <pre>
 *   y  = a + b
 *   da = dy,  db = dy               summed over the axes along which an operand was repeated
 * </pre>
 *
 * @param a saved shape of the first summand
 * @param b saved shape of the second summand
 */
public record Add(Shape a, Shape b) implements Differentiable {

  /**
   * Adds two variables. Their shapes are aligned at the last axes, and axes of size one repeated.
   *
   * @param a first summand
   * @param b second summand
   * @return a + b, of the common shape
   * @throws ShapeException if the shapes have none
   */
  public static Variable add(Variable a, Variable b) {
    Tensor y = Broadcast.value("add", ADD, a.value(), b.value());
    return Variable.of(y, new Add(a.shape(), b.shape()), a, b);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, () -> Broadcast.onto(a, dy));
    grads.put(1, () -> Broadcast.onto(b, dy));
  }
}
