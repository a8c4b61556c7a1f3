package brume.autograd.function;

import static brume.tensor.kernel.UnaryFunction.GELU_TANH;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;

/**
 * Gaussian error linear unit by way of a hyperbolic tangent, which is close to {@link Gelu}.
 *
 * <pre>
 *   y  = x·(1 + t)/2                t = tanh u,  u = √(2/π)·(x + 0.044715·x³)
 *   dx = dy·((1 + t)/2 + x·(1 − t²)·u'/2)
 * </pre>
 *
 * @param x saved input, of any shape
 * @see <a href="https://arxiv.org/abs/1606.08415">Hendrycks and Gimpel, Gaussian Error Linear Units
 *     (2016)</a>
 */
public record GeluTanh(Tensor x) implements Differentiable {

  /**
   * Applies the function to every element.
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable geluTanh(Variable x) {
    return Variable.of(Pointwise.value(GELU_TANH, x), new GeluTanh(x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Pointwise.gradient(GELU_TANH, x, dy));
  }
}
