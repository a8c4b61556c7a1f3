package brume.autograd.function;

import static brume.tensor.kernel.UnaryFunction.ERF;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;

/**
 * Error function.
 *
 * <pre>
 *   y  = 2/√π·∫ e^(−t²) dt            from 0 to x
 *   dx = dy·2/√π·e^(−x²)
 * </pre>
 *
 * @param x saved input, of any shape
 */
public record Erf(Tensor x) implements Differentiable {

  /**
   * Applies the function to every element.
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable erf(Variable x) {
    return Variable.of(Pointwise.value(ERF, x), new Erf(x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Pointwise.gradient(ERF, x, dy));
  }
}
