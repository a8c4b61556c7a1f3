package brume.autograd.function.reduce;

import static brume.tensor.kernel.Reduction.MAXIMUM;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionGeometry.Axes;

/**
 * Largest number along axes; equal ones share its gradient, unlike those of {@link Max}.
 *
 * <pre>
 *   y  = max xᵢ
 *   dxᵢ = dy/m where xᵢ = y, else 0  if m numbers are equal to y
 * </pre>
 *
 * @param at saved sizes
 * @param x saved input
 */
public record Amax(ReductionGeometry at, Tensor x) implements Differentiable {

  /**
   * Finds the largest numbers along some axes.
   *
   * @param x of any shape with the axes
   * @param over which axes
   * @return the largest numbers
   * @throws ShapeException if an axis does not exist, or there are no numbers along the axes
   */
  public static Variable amax(Variable x, Axes over) {
    ReductionGeometry at = Rows.along("amax", x, over);
    return Variable.of(Rows.value(MAXIMUM, 0, at, x), new Amax(at, x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Rows.gradient(MAXIMUM, 0, at, x, dy));
  }
}
