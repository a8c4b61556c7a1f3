package brume.autograd.function.reduce;

import static brume.tensor.kernel.RowFunction.CUMULATIVE_SUM;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionGeometry.Axes;

/**
 * Running sum along an axis.
 *
 * <pre>
 *   yᵢ  = x₀ + ... + xᵢ
 *   dxᵢ = dyᵢ + dyᵢ₊₁ + ...
 * </pre>
 *
 * @param at saved sizes
 */
public record CumulativeSum(ReductionGeometry at) implements Differentiable {

  /**
   * Adds up all numbers so far.
   *
   * @param x of any shape with the axis
   * @param axis which one; negative numbers count from the end
   * @return of the shape of {@code x}; the running sums
   * @throws ShapeException if there is no such axis, or no number along it
   */
  public static Variable cumulativeSum(Variable x, int axis) {
    ReductionGeometry at = Rows.along("cumulativeSum", x, Axes.of(axis));
    Tensor y = Rows.value(CUMULATIVE_SUM, 0, at, x);
    return Variable.of(y, new CumulativeSum(at), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Rows.gradient(CUMULATIVE_SUM, 0, at, dy, dy));
  }
}
