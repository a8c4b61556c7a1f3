package brume.autograd.function;

import static brume.tensor.kernel.UnaryFunction.GELU;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;

/**
 * Gaussian error linear unit, the exact form.
 *
 * <pre>
 *   y  = x·Φ                        Φ = (1 + erf(x/√2))/2
 *   dx = dy·(Φ + x·φ)               φ = e^(−x²/2)/√(2π)
 * </pre>
 *
 * @param x saved input, of any shape
 * @see <a href="https://arxiv.org/abs/1606.08415">Hendrycks and Gimpel, Gaussian Error Linear Units
 *     (2016)</a>
 */
public record Gelu(Tensor x) implements Differentiable {

  /**
   * Applies the function to every element.
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable gelu(Variable x) {
    return Variable.of(Pointwise.value(GELU, x), new Gelu(x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Pointwise.gradient(GELU, x, dy));
  }
}
