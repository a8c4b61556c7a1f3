package brume.autograd.function;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.AttentionKernels;

/**
 * Softmax over the last axis.
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

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Tensor dx = y.like();
    AttentionKernels.of(y).softmaxGrad(y, dy, dx);
    grads.put(0, dx);
  }
}
