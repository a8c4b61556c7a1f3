package brume.autograd.function;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;
import brume.tensor.kernel.ActivationKernels;

/**
 * Cosine.
 *
 * <pre>
 *   y  = cos x
 *   dx = −dy·sin x
 * </pre>
 *
 * @param x saved input, of any shape
 */
public record Cos(Tensor x) implements Differentiable {

  /**
   * Applies the function to every element.
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable cos(Variable x) {
    Tensor y = x.value().like();
    ActivationKernels.of(y).cos(x.value(), y);
    return Variable.of(y, new Cos(x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Tensor dx = x.like();
    ActivationKernels.of(x).cosGrad(x, dy, dx);
    grads.put(0, dx);
  }
}
