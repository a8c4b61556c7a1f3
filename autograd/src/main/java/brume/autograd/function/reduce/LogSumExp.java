package brume.autograd.function.reduce;

import static brume.tensor.kernel.Reduction.LOG_SUM_EXP;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionGeometry.Axes;

/**
 * Logarithm of the sum of exponentials along axes, which does not overflow.
 *
 * <pre>
 *   y  = log Σ e^xᵢ
 *   dxᵢ = dy·e^(xᵢ − y)
 * </pre>
 *
 * @param at saved sizes
 * @param x saved input
 */
public record LogSumExp(ReductionGeometry at, Tensor x) implements Differentiable {

  /**
   * Adds up the exponentials of the numbers along some axes.
   *
   * @param x of any shape with the axes
   * @param over which axes
   * @return the logarithms of the sums
   * @throws ShapeException if an axis does not exist, or there are no numbers along the axes
   */
  public static Variable logSumExp(Variable x, Axes over) {
    ReductionGeometry at = Rows.along("logSumExp", x, over);
    return Variable.of(Rows.value(LOG_SUM_EXP, 0, at, x), new LogSumExp(at, x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Rows.gradient(LOG_SUM_EXP, 0, at, x, dy));
  }
}
