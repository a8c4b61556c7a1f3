package brume.autograd.function.pointwise;

import static brume.tensor.kernel.BinaryFunction.MINIMUM;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;

/**
 * The smaller of two variables, element by element.
 *
 * <pre>
 *   y  = min(a, b)
 *   da = dy where a &lt; b,  db = dy where b &lt; a,  each dy/2 where both are equal
 *                                   summed over the axes along which an operand was repeated
 * </pre>
 *
 * @param a saved first variable
 * @param b saved second variable
 */
public record Minimum(Tensor a, Tensor b) implements Differentiable {

  /**
   * Chooses the smaller one. Their shapes are aligned at the last axes, and axes of size one repeated.
   *
   * @param a first variable
   * @param b second variable
   * @return min(a, b), of the common shape
   * @throws ShapeException if the shapes have none
   */
  public static Variable minimum(Variable a, Variable b) {
    Tensor y = Broadcast.value("minimum", MINIMUM, a.value(), b.value());
    return Variable.of(y, new Minimum(a.value(), b.value()), a, b);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Broadcast.gradients(MINIMUM, a, b, dy, grads);
  }
}
