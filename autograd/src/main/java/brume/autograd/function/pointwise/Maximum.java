package brume.autograd.function.pointwise;

import static brume.tensor.kernel.BinaryFunction.MAXIMUM;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;

/**
 * The larger of two variables, element by element.
 *
 * <pre>
 *   y  = max(a, b)
 *   da = dy where a &gt; b,  db = dy where b &gt; a,  each dy/2 where both are equal
 *                                   summed over the axes along which an operand was repeated
 * </pre>
 *
 * @param a saved first variable
 * @param b saved second variable
 */
public record Maximum(Tensor a, Tensor b) implements Differentiable {

  /**
   * Chooses the larger one. Their shapes are aligned at the last axes, and axes of size one repeated.
   *
   * @param a first variable
   * @param b second variable
   * @return max(a, b), of the common shape
   * @throws ShapeException if the shapes have none
   */
  public static Variable maximum(Variable a, Variable b) {
    Tensor y = Broadcast.value("maximum", MAXIMUM, a.value(), b.value());
    return Variable.of(y, new Maximum(a.value(), b.value()), a, b);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Broadcast.gradients(MAXIMUM, a, b, dy, grads);
  }
}
