package brume.autograd.function;

import static brume.tensor.kernel.UnaryFunction.SIN;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;

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
    return Variable.of(Pointwise.value(SIN, x), new Sin(x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Pointwise.gradient(SIN, x, dy));
  }
}
