package brume.autograd.function;

import static brume.tensor.kernel.UnaryFunction.SIGMOID;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;

/**
 * Logistic function.
 *
 * <pre>
 *   y  = σ                          σ = 1/(1 + e⁻ˣ)
 *   dx = dy·σ·(1 − σ)
 * </pre>
 *
 * @param x saved input, of any shape
 */
public record Sigmoid(Tensor x) implements Differentiable {

  /**
   * Applies the function to every element.
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable sigmoid(Variable x) {
    return Variable.of(Pointwise.value(SIGMOID, x), new Sigmoid(x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Pointwise.gradient(SIGMOID, x, dy));
  }
}
