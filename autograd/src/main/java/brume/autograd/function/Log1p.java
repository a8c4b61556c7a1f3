package brume.autograd.function;

import static brume.tensor.kernel.UnaryFunction.LOG1P;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;

/**
 * Natural logarithm of one more, exact near zero.
 *
 * <pre>
 *   y  = log(1 + x)
 *   dx = dy/(1 + x)
 * </pre>
 *
 * @param x saved input, of any shape
 */
public record Log1p(Tensor x) implements Differentiable {

  /**
   * Applies the function to every element.
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable log1p(Variable x) {
    return Variable.of(Pointwise.value(LOG1P, x), new Log1p(x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Pointwise.gradient(LOG1P, x, dy));
  }
}
