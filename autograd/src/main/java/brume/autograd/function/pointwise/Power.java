package brume.autograd.function.pointwise;

import static brume.tensor.kernel.BinaryFunction.POWER;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;

/**
 * Power, element by element.
 *
 * <pre>
 *   y  = aᵇ
 *   da = dy·b·aᵇ⁻¹                  0 where b = 0
 *   db = dy·y·log a                 0 where a = 0 and b ≥ 0
 *                                   summed over the axes along which an operand was repeated
 * </pre>
 *
 * @param a saved base
 * @param b saved exponent
 */
public record Power(Tensor a, Tensor b) implements Differentiable {

  /**
   * Raises one variable to the power of another. Their shapes are aligned at the last axes, and axes of size one repeated.
   *
   * @param a base
   * @param b exponent
   * @return aᵇ, of the common shape
   * @throws ShapeException if the shapes have none
   */
  public static Variable power(Variable a, Variable b) {
    Tensor y = Broadcast.value("power", POWER, a.value(), b.value());
    return Variable.of(y, new Power(a.value(), b.value()), a, b);
  }

  /**
   * Raises a variable to a power that is not learned.
   *
   * @param a base
   * @param exponent the same for every element
   * @return of the shape of {@code a}
   */
  public static Variable power(Variable a, double exponent) {
    double[] number = {exponent};
    return power(a, Variable.constant(Tensor.of(a.value().device(), Shape.of(), number)));
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Broadcast.gradients(POWER, a, b, dy, grads);
  }
}
