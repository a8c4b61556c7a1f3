package brume.autograd.function.reduce;

import static brume.tensor.kernel.Reduction.PRODUCT;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionGeometry.Axes;

/**
 * Product along axes.
 *
 * <pre>
 *   y  = Π xᵢ
 *   dxᵢ = dy·Π xⱼ                   over all j ≠ i
 * </pre>
 *
 * @param at saved sizes
 * @param x saved input
 */
public record Product(ReductionGeometry at, Tensor x) implements Differentiable {

  /**
   * Multiplies the numbers along some axes.
   *
   * @param x of any shape with the axes
   * @param over which axes
   * @return the products
   * @throws ShapeException if an axis does not exist, or there are no numbers along the axes
   */
  public static Variable product(Variable x, Axes over) {
    ReductionGeometry at = Rows.along("product", x, over);
    return Variable.of(Rows.value(PRODUCT, 0, at, x), new Product(at, x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Rows.gradient(PRODUCT, 0, at, x, dy));
  }
}
