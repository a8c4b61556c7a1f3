package brume.autograd.function.reduce;

import static brume.tensor.kernel.Reduction.ARG_MIN;
import static brume.tensor.kernel.Reduction.FIRST_MINIMUM;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionGeometry.Axes;

/**
 * Smallest number along axes; the first of several equal ones has all its gradient, unlike those of
 * {@link Amin}.
 *
 * <pre>
 *   y  = min xᵢ
 *   dxᵢ = dy if i is the first with xᵢ = y, else 0
 * </pre>
 *
 * @param at saved sizes
 * @param x saved input
 */
public record Min(ReductionGeometry at, Tensor x) implements Differentiable {

  /**
   * Finds the smallest numbers along some axes.
   *
   * @param x of any shape with the axes
   * @param over which axes
   * @return the smallest numbers
   * @throws ShapeException if an axis does not exist, or there are no numbers along the axes
   */
  public static Variable min(Variable x, Axes over) {
    ReductionGeometry at = Rows.along("min", x, over);
    return Variable.of(Rows.value(FIRST_MINIMUM, 0, at, x), new Min(at, x.value()), x);
  }

  /**
   * Finds where the smallest numbers are.
   *
   * @param x of any shape with the axes
   * @param over which axes
   * @return positions along the axes, the first of several equal ones; a constant
   * @throws ShapeException if an axis does not exist, or there are no numbers along the axes
   */
  public static Variable argMin(Variable x, Axes over) {
    ReductionGeometry at = Rows.along("argMin", x, over);
    return Variable.constant(Rows.value(ARG_MIN, 0, at, x));
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Rows.gradient(FIRST_MINIMUM, 0, at, x, dy));
  }
}
