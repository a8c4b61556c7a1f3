package brume.autograd.function;

import static brume.tensor.kernel.UnaryFunction.TANH;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;

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
    return Variable.of(Pointwise.value(TANH, x), new Tanh(x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Pointwise.gradient(TANH, x, dy));
  }
}
