package brume.autograd.function;

import static brume.tensor.kernel.UnaryFunction.RSQRT;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;

/**
 * One over the square root.
 *
 * <pre>
 *   y  = 1/√x
 *   dx = −dy/(2·x·√x)
 * </pre>
 *
 * @param x saved input, of any shape
 */
public record Rsqrt(Tensor x) implements Differentiable {

  /**
   * Applies the function to every element.
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable rsqrt(Variable x) {
    return Variable.of(Pointwise.value(RSQRT, x), new Rsqrt(x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Pointwise.gradient(RSQRT, x, dy));
  }
}
