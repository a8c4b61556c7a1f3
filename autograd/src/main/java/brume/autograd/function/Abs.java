package brume.autograd.function;

import static brume.tensor.kernel.UnaryFunction.ABS;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;

/**
 * Absolute value.
 *
 * <pre>
 *   y  = |x|
 *   dx = dy·sign x                   0 where x is 0
 * </pre>
 *
 * @param x saved input, of any shape
 */
public record Abs(Tensor x) implements Differentiable {

  /**
   * Applies the function to every element.
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable abs(Variable x) {
    return Variable.of(Pointwise.value(ABS, x), new Abs(x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Pointwise.gradient(ABS, x, dy));
  }
}
