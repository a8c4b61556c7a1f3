package brume.autograd.function.reduce;

import static brume.tensor.kernel.Reduction.STANDARD_DEVIATION;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionGeometry.Axes;

/**
 * Standard deviation along axes, the root of {@link Variance}.
 *
 * <pre>
 *   y  = √(Σ (xᵢ − μ)²/(n − p))      n numbers, μ = Σ xᵢ/n
 *   dxᵢ = dy·(xᵢ − μ)/((n − p)·y)    0 where y is 0
 * </pre>
 *
 * @param at saved sizes
 * @param p saved correction
 * @param x saved input
 */
public record StandardDeviation(ReductionGeometry at, int p, Tensor x) implements Differentiable {

  /**
   * Measures how far the numbers along some axes scatter.
   *
   * @param x of any shape with the axes
   * @param over which axes
   * @param p correction: 0 for numbers that are all there are, 1 for a sample of more
   * @return the standard deviations
   * @throws ShapeException if an axis does not exist, or there are no more than p numbers along the
   *     axes
   */
  public static Variable standardDeviation(Variable x, Axes over, int p) {
    ReductionGeometry at = Rows.along("standardDeviation", x, over);
    ShapeException.unless(
        at.columns() > p,
        "standardDeviation: expected more than p = %d numbers along axes %s, got x %s",
        p,
        over.numbers(),
        x.shape());
    return Variable.of(
        Rows.value(STANDARD_DEVIATION, p, at, x), new StandardDeviation(at, p, x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Rows.gradient(STANDARD_DEVIATION, p, at, x, dy));
  }
}
