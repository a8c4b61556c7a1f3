package brume.autograd.function;

import static brume.tensor.kernel.UnaryFunction.COS;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;

/**
 * Cosine.
 *
 * <pre>
 *   y  = cos x
 *   dx = −dy·sin x
 * </pre>
 *
 * @param x saved input, of any shape
 */
public record Cos(Tensor x) implements Differentiable {

  /**
   * Applies the function to every element.
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable cos(Variable x) {
    return Variable.of(Pointwise.value(COS, x), new Cos(x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Pointwise.gradient(COS, x, dy));
  }
}
