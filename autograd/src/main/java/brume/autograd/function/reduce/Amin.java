package brume.autograd.function.reduce;

import static brume.tensor.kernel.Reduction.MINIMUM;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionGeometry.Axes;

/**
 * Smallest number along axes; equal ones share its gradient, unlike those of {@link Min}.
 *
 * <pre>
 *   y  = min xᵢ
 *   dxᵢ = dy/m where xᵢ = y, else 0  if m numbers are equal to y
 * </pre>
 *
 * @param at saved sizes
 * @param x saved input
 */
public record Amin(ReductionGeometry at, Tensor x) implements Differentiable {

  /**
   * Finds the smallest numbers along some axes.
   *
   * @param x of any shape with the axes
   * @param over which axes
   * @return the smallest numbers
   * @throws ShapeException if an axis does not exist, or there are no numbers along the axes
   */
  public static Variable amin(Variable x, Axes over) {
    ReductionGeometry at = Rows.along("amin", x, over);
    return Variable.of(Rows.value(MINIMUM, 0, at, x), new Amin(at, x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Rows.gradient(MINIMUM, 0, at, x, dy));
  }
}
