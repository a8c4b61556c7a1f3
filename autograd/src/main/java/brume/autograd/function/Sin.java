package brume.autograd.function;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;
import brume.tensor.kernel.ActivationKernels;

/**
 * Sine.
 *
 * <pre>
 *   y  = sin x
 *   dx = dy·cos x
 * </pre>
 *
 * @param x saved input, of any shape
 */
public record Sin(Tensor x) implements Differentiable {

  /**
   * Applies the function to every element.
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable sin(Variable x) {
    Tensor y = x.value().like();
    ActivationKernels.of(y).sin(x.value(), y);
    return Variable.of(y, new Sin(x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Tensor dx = x.like();
    ActivationKernels.of(x).sinGrad(x, dy, dx);
    grads.put(0, dx);
  }
}
