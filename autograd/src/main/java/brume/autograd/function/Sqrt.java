package brume.autograd.function;

import static brume.tensor.kernel.UnaryFunction.SQRT;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;

/**
 * Square root.
 *
 * <pre>
 *   y  = √x
 *   dx = dy/(2·√x)
 * </pre>
 *
 * @param x saved input, of any shape
 */
public record Sqrt(Tensor x) implements Differentiable {

  /**
   * Applies the function to every element.
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable sqrt(Variable x) {
    return Variable.of(Pointwise.value(SQRT, x), new Sqrt(x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Pointwise.gradient(SQRT, x, dy));
  }
}
