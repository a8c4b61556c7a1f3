package brume.autograd.function.reduce;

import static brume.tensor.kernel.Reduction.VARIANCE;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionGeometry.Axes;

/**
 * Variance along axes, about the mean μ.
 *
 * <pre>
 *   y  = Σ (xᵢ − μ)²/(n − p)         n numbers, μ = Σ xᵢ/n
 *   dxᵢ = dy·2·(xᵢ − μ)/(n − p)
 * </pre>
 *
 * @param at saved sizes
 * @param p saved correction
 * @param x saved input
 */
public record Variance(ReductionGeometry at, int p, Tensor x) implements Differentiable {

  /**
   * Measures how far the numbers along some axes scatter.
   *
   * @param x of any shape with the axes
   * @param over which axes
   * @param p correction: 0 for numbers that are all there are, 1 for a sample of more
   * @return the variances
   * @throws ShapeException if an axis does not exist, or there are no more than p numbers along the
   *     axes
   */
  public static Variable variance(Variable x, Axes over, int p) {
    ReductionGeometry at = Rows.along("variance", x, over);
    ShapeException.unless(
        at.columns() > p,
        "variance: expected more than p = %d numbers along axes %s, got x %s",
        p,
        over.numbers(),
        x.shape());
    return Variable.of(Rows.value(VARIANCE, p, at, x), new Variance(at, p, x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Rows.gradient(VARIANCE, p, at, x, dy));
  }
}
