package brume.autograd.function.reduce;

import static brume.tensor.kernel.Reduction.SUM;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionGeometry.Axes;

/**
 * Mean along axes.
 *
 * <pre>
 *   y  = Σ xᵢ/n                       n numbers
 *   dxᵢ = dy/n
 * </pre>
 *
 * @param at saved sizes
 */
public record Mean(ReductionGeometry at) implements Differentiable {

  /**
   * Averages everything.
   *
   * @param x of any shape, not empty
   * @return a single number, of shape ()
   * @throws ShapeException if {@code x} has no elements
   */
  public static Variable mean(Variable x) {
    return mean(x, Axes.all());
  }

  /**
   * Averages the numbers along some axes.
   *
   * @param x of any shape with the axes
   * @param over which axes
   * @return the means
   * @throws ShapeException if an axis does not exist, or there are no numbers along the axes
   */
  public static Variable mean(Variable x, Axes over) {
    ReductionGeometry at = Rows.along("mean", x, over);
    Tensor y = Rows.value(SUM, 0, at, x);
    ElementwiseKernels.of(y).affine(1.0 / at.columns(), y, 0, y);
    return Variable.of(y, new Mean(at), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Tensor dx = Rows.gradient(SUM, 0, at, dy, dy);
    ElementwiseKernels.of(dx).affine(1.0 / at.columns(), dx, 0, dx);
    grads.put(0, dx);
  }
}
