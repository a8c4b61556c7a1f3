package brume.autograd.function;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;
import brume.tensor.kernel.ActivationKernels;

/**
 * Hyperbolic tangent.
 *
 * <pre>
 *   y  = tanh x
 *   dx = dy·(1 − tanh² x)
 * </pre>
 *
 * @param x saved input, of any shape
 */
public record Tanh(Tensor x) implements Differentiable {

  /**
   * Applies the function to every element.
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable tanh(Variable x) {
    Tensor y = x.value().like();
    ActivationKernels.of(y).tanh(x.value(), y);
    return Variable.of(y, new Tanh(x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Tensor dx = x.like();
    ActivationKernels.of(x).tanhGrad(x, dy, dx);
    grads.put(0, dx);
  }
}
