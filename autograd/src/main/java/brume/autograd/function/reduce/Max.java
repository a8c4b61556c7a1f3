package brume.autograd.function.reduce;

import static brume.tensor.kernel.Reduction.ARG_MAX;
import static brume.tensor.kernel.Reduction.FIRST_MAXIMUM;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionGeometry.Axes;

/**
 * Largest number along axes; the first of several equal ones has all its gradient, unlike those of
 * {@link Amax}.
 *
 * <pre>
 *   y  = max xᵢ
 *   dxᵢ = dy if i is the first with xᵢ = y, else 0
 * </pre>
 *
 * @param at saved sizes
 * @param x saved input
 */
public record Max(ReductionGeometry at, Tensor x) implements Differentiable {

  /**
   * Finds the largest numbers along some axes.
   *
   * @param x of any shape with the axes
   * @param over which axes
   * @return the largest numbers
   * @throws ShapeException if an axis does not exist, or there are no numbers along the axes
   */
  public static Variable max(Variable x, Axes over) {
    ReductionGeometry at = Rows.along("max", x, over);
    return Variable.of(Rows.value(FIRST_MAXIMUM, 0, at, x), new Max(at, x.value()), x);
  }

  /**
   * Finds where the largest numbers are.
   *
   * @param x of any shape with the axes
   * @param over which axes
   * @return positions along the axes, the first of several equal ones; a constant
   * @throws ShapeException if an axis does not exist, or there are no numbers along the axes
   */
  public static Variable argMax(Variable x, Axes over) {
    ReductionGeometry at = Rows.along("argMax", x, over);
    return Variable.constant(Rows.value(ARG_MAX, 0, at, x));
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Rows.gradient(FIRST_MAXIMUM, 0, at, x, dy));
  }
}
