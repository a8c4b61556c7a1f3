package brume.autograd.function;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;
import brume.tensor.kernel.ActivationKernels;

/**
 * Exponential.
 *
 * <pre>
 *   y  = eˣ
 *   dx = dy·eˣ
 * </pre>
 *
 * @param x saved input, of any shape
 */
public record Exp(Tensor x) implements Differentiable {

  /**
   * Applies the function to every element.
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable exp(Variable x) {
    Tensor y = x.value().like();
    ActivationKernels.of(y).exp(x.value(), y);
    return Variable.of(y, new Exp(x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Tensor dx = x.like();
    ActivationKernels.of(x).expGrad(x, dy, dx);
    grads.put(0, dx);
  }
}
