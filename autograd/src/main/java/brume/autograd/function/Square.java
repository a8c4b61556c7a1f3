package brume.autograd.function;

import static brume.tensor.kernel.UnaryFunction.SQUARE;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;

/**
 * Square.
 *
 * <pre>
 *   y  = x²
 *   dx = 2·x·dy
 * </pre>
 *
 * @param x saved input, of any shape
 */
public record Square(Tensor x) implements Differentiable {

  /**
   * Applies the function to every element.
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable square(Variable x) {
    return Variable.of(Pointwise.value(SQUARE, x), new Square(x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Pointwise.gradient(SQUARE, x, dy));
  }
}
