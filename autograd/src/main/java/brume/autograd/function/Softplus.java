package brume.autograd.function;

import static brume.tensor.kernel.UnaryFunction.SOFTPLUS;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;

/**
 * Smooth rectifier.
 *
 * <pre>
 *   y  = log(1 + eˣ)
 *   dx = dy·σ                       σ = 1/(1 + e⁻ˣ)
 * </pre>
 *
 * @param x saved input, of any shape
 */
public record Softplus(Tensor x) implements Differentiable {

  /**
   * Applies the function to every element.
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable softplus(Variable x) {
    return Variable.of(Pointwise.value(SOFTPLUS, x), new Softplus(x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Pointwise.gradient(SOFTPLUS, x, dy));
  }
}
