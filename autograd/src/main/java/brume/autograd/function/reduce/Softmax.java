package brume.autograd.function.reduce;

import static brume.autograd.function.shape.Permute.permute;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.AttentionKernels;
import java.util.stream.IntStream;

/**
 * Softmax, over the last axis if nothing else is said.
 *
 * <pre>
 *   y  = eˣ/Σ eˣ
 *   dx = y·(dy − Σ dy·y)
 * </pre>
 *
 * @param y (..., C) saved output
 */
public record Softmax(Tensor y) implements Differentiable {

  /**
   * Turns numbers into probabilities.
   *
   * @param x (..., C)
   * @return (..., C), its last axis sums to 1
   * @throws ShapeException if {@code x} is a single number without axes
   */
  public static Variable softmax(Variable x) {
    ShapeException.unless(
        x.shape().rank() >= 1, "softmax: expected x of shape (..., C), got %s", x.shape());
    Tensor y = x.value().like();
    AttentionKernels.of(y).softmax(x.value(), y);
    return Variable.of(y, new Softmax(y), x);
  }

  /**
   * Turns numbers into probabilities along any axis, which is brought to the end and back.
   *
   * @param x of any shape with the axis
   * @param axis which one; negative numbers count from the end
   * @return of the shape of {@code x}, sums to 1 along the axis
   * @throws ShapeException if there is no such axis
   */
  public static Variable softmax(Variable x, int axis) {
    int last = x.shape().rank() - 1, from = axis < 0 ? axis + last + 1 : axis;
    ShapeException.unless(
        0 <= from && from <= last, "softmax: expected an axis of x %s, got %d", x.shape(), axis);
    if (from == last) {
      return softmax(x);
    }
    int[] exchanged = IntStream.rangeClosed(0, last).toArray();
    exchanged[from] = last;
    exchanged[last] = from;
    return permute(softmax(permute(x, exchanged)), exchanged);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Tensor dx = y.like();
    AttentionKernels.of(y).softmaxGrad(y, dy, dx);
    grads.put(0, dx);
  }
}
