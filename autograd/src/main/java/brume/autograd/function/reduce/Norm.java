package brume.autograd.function.reduce;

import static brume.tensor.kernel.Reduction.NORM;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionGeometry.Axes;

/**
 * Euclidean norm along axes.
 *
 * <pre>
 *   y  = √Σ xᵢ²
 *   dxᵢ = dy·xᵢ/y                    0 where y is 0
 * </pre>
 *
 * @param at saved sizes
 * @param x saved input
 */
public record Norm(ReductionGeometry at, Tensor x) implements Differentiable {

  /**
   * Measures the numbers along some axes as one vector.
   *
   * @param x of any shape with the axes
   * @param over which axes
   * @return the lengths
   * @throws ShapeException if an axis does not exist, or there are no numbers along the axes
   */
  public static Variable norm(Variable x, Axes over) {
    ReductionGeometry at = Rows.along("norm", x, over);
    return Variable.of(Rows.value(NORM, 0, at, x), new Norm(at, x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Rows.gradient(NORM, 0, at, x, dy));
  }
}
