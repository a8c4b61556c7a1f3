package brume.autograd.function;

import static brume.tensor.kernel.UnaryFunction.RECIPROCAL;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;

/**
 * One over a number.
 *
 * <pre>
 *   y  = 1/x
 *   dx = −dy/x²
 * </pre>
 *
 * @param x saved input, of any shape
 */
public record Reciprocal(Tensor x) implements Differentiable {

  /**
   * Applies the function to every element.
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable reciprocal(Variable x) {
    return Variable.of(Pointwise.value(RECIPROCAL, x), new Reciprocal(x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Pointwise.gradient(RECIPROCAL, x, dy));
  }
}
