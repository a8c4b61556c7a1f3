package brume.autograd.function;

import static brume.tensor.kernel.UnaryFunction.SILU;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;

/**
 * Sigmoid linear unit, also known as swish.
 *
 * <pre>
 *   y  = x·σ                        σ = 1/(1 + e⁻ˣ)
 *   dx = dy·σ·(1 + x·(1 − σ))
 * </pre>
 *
 * @param x saved input, of any shape
 * @see <a href="https://arxiv.org/abs/1606.08415">Hendrycks and Gimpel (2016)</a>
 */
public record SiLU(Tensor x) implements Differentiable {

  /**
   * Applies the function to every element.
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable silu(Variable x) {
    return Variable.of(Pointwise.value(SILU, x), new SiLU(x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Pointwise.gradient(SILU, x, dy));
  }
}
