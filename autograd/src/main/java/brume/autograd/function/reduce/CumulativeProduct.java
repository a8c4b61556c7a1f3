package brume.autograd.function.reduce;

import static brume.tensor.kernel.RowFunction.CUMULATIVE_PRODUCT;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionGeometry.Axes;

/**
 * Running product along an axis.
 *
 * <pre>
 *   yᵢ  = x₀·x₁···xᵢ
 *   dxₖ = Σ dyᵢ·(yᵢ without its factor xₖ)     over all i ≥ k
 * </pre>
 *
 * @param at saved sizes
 * @param x saved input
 */
public record CumulativeProduct(ReductionGeometry at, Tensor x) implements Differentiable {

  /**
   * Multiplies all numbers so far.
   *
   * @param x of any shape with the axis
   * @param axis which one; negative numbers count from the end
   * @return of the shape of {@code x}; the running products
   * @throws ShapeException if there is no such axis, or no number along it
   */
  public static Variable cumulativeProduct(Variable x, int axis) {
    ReductionGeometry at = Rows.along("cumulativeProduct", x, Axes.of(axis));
    Tensor y = Rows.value(CUMULATIVE_PRODUCT, 0, at, x);
    return Variable.of(y, new CumulativeProduct(at, x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Rows.gradient(CUMULATIVE_PRODUCT, 0, at, x, dy));
  }
}
