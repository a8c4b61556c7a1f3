package brume.autograd.function;

import static brume.tensor.kernel.UnaryFunction.LOG;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;

/**
 * Natural logarithm.
 *
 * <pre>
 *   y  = log x
 *   dx = dy/x
 * </pre>
 *
 * @param x saved input, of any shape
 */
public record Log(Tensor x) implements Differentiable {

  /**
   * Applies the function to every element.
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable log(Variable x) {
    return Variable.of(Pointwise.value(LOG, x), new Log(x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Pointwise.gradient(LOG, x, dy));
  }
}
