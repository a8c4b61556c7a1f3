package brume.autograd.function;

import static brume.tensor.kernel.UnaryFunction.EXPM1;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;

/**
 * Exponential less one, exact near zero.
 *
 * <pre>
 *   y  = eˣ − 1
 *   dx = dy·eˣ
 * </pre>
 *
 * @param x saved input, of any shape
 */
public record Expm1(Tensor x) implements Differentiable {

  /**
   * Applies the function to every element.
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable expm1(Variable x) {
    return Variable.of(Pointwise.value(EXPM1, x), new Expm1(x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Pointwise.gradient(EXPM1, x, dy));
  }
}
