package brume.autograd.function;

import static brume.tensor.kernel.UnaryFunction.QUICK_GELU;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;

/**
 * Gaussian error linear unit by way of a sigmoid, which is near {@link Gelu}.
 *
 * <pre>
 *   y  = x·s                        s = σ(1.702·x)
 *   dx = dy·s·(1 + 1.702·x·(1 − s))
 * </pre>
 *
 * @param x saved input, of any shape
 * @see <a href="https://arxiv.org/abs/1606.08415">Hendrycks and Gimpel, Gaussian Error Linear Units
 *     (2016)</a>
 */
public record QuickGelu(Tensor x) implements Differentiable {

  /**
   * Applies the function to every element.
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable quickGelu(Variable x) {
    return Variable.of(Pointwise.value(QUICK_GELU, x), new QuickGelu(x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Pointwise.gradient(QUICK_GELU, x, dy));
  }
}
