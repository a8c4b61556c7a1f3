package brume.autograd.function.reduce;

import static brume.tensor.kernel.RowFunction.LOG_SOFTMAX;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionGeometry.Axes;

/**
 * Logarithm of the softmax along an axis.
 *
 * <pre>
 *   y  = x − log Σ eˣ
 *   dx = dy − eʸ·Σ dy
 * </pre>
 *
 * @param at saved sizes
 * @param y saved output
 */
public record LogSoftmax(ReductionGeometry at, Tensor y) implements Differentiable {

  /**
   * Turns numbers into logarithms of probabilities.
   *
   * @param x of any shape with the axis
   * @param axis which one; negative numbers count from the end
   * @return of the shape of {@code x}; their exponentials sum to 1 along the axis
   * @throws ShapeException if there is no such axis, or no number along it
   */
  public static Variable logSoftmax(Variable x, int axis) {
    ReductionGeometry at = Rows.along("logSoftmax", x, Axes.of(axis));
    Tensor y = Rows.value(LOG_SOFTMAX, 0, at, x);
    return Variable.of(y, new LogSoftmax(at, y), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Rows.gradient(LOG_SOFTMAX, 0, at, y, dy));
  }
}
