package brume.autograd.function;

import static brume.tensor.kernel.UnaryFunction.EXP;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;

/**
 * Exponential.
 *
 * <pre>
 *   y  = eˣ
 *   dx = dy·eˣ
 * </pre>
 *
 * @param x saved input, of any shape
 */
public record Exp(Tensor x) implements Differentiable {

  /**
   * Applies the function to every element.
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable exp(Variable x) {
    return Variable.of(Pointwise.value(EXP, x), new Exp(x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Pointwise.gradient(EXP, x, dy));
  }
}
