package brume.autograd.function.reduce;

import static brume.tensor.kernel.Reduction.SUM;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionGeometry.Axes;

/**
 * Sum along axes.
 *
 * <pre>
 *   y  = Σ xᵢ
 *   dxᵢ = dy
 * </pre>
 *
 * @param at saved sizes
 */
public record Sum(ReductionGeometry at) implements Differentiable {

  /**
   * Adds everything up.
   *
   * @param x of any shape
   * @return a single number, of shape ()
   */
  public static Variable sum(Variable x) {
    return sum(x, Axes.all());
  }

  /**
   * Adds up the numbers along some axes.
   *
   * @param x of any shape with the axes
   * @param over which axes
   * @return the sums
   * @throws ShapeException if an axis does not exist
   */
  public static Variable sum(Variable x, Axes over) {
    ReductionGeometry at = ReductionGeometry.of("sum", x.shape(), over);
    return Variable.of(Rows.value(SUM, 0, at, x), new Sum(at), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Rows.gradient(SUM, 0, at, dy, dy));
  }
}
