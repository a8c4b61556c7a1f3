package brume.autograd.function.norm;

import static brume.tensor.kernel.RowFunction.NORMALIZE;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.autograd.function.reduce.Rows;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionGeometry.Axes;

/**
 * Direction along an axis.
 *
 * <pre>
 *   y  = x/max(‖x‖, p)
 *   dx = (dy − y·Σ dy·y)/‖x‖          dy/p where ‖x‖ &lt; p
 * </pre>
 *
 * @param at saved sizes
 * @param p saved smallest divisor
 * @param x saved input
 */
public record Normalize(ReductionGeometry at, double p, Tensor x) implements Differentiable {

  /**
   * Scales the numbers along an axis to length one.
   *
   * @param x of any shape with the axis
   * @param axis which one; negative numbers count from the end
   * @param p smallest divisor, so that zeros stay zeros
   * @return of the shape of {@code x}; vectors of length one along the axis
   * @throws ShapeException if there is no such axis, or no number along it
   */
  public static Variable normalize(Variable x, int axis, double p) {
    ReductionGeometry at = Rows.along("normalize", x, Axes.of(axis));
    Tensor y = Rows.value(NORMALIZE, p, at, x);
    return Variable.of(y, new Normalize(at, p, x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Rows.gradient(NORMALIZE, p, at, x, dy));
  }
}
