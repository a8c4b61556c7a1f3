package brume.autograd.function;

import static brume.tensor.kernel.UnaryFunction.RELU;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;

/**
 * Rectified linear unit.
 *
 * <pre>
 *   y  = max(x, 0)
 *   dx = dy where x &gt; 0, else 0
 * </pre>
 *
 * @param x saved input, of any shape
 */
public record Relu(Tensor x) implements Differentiable {

  /**
   * Applies the function to every element.
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable relu(Variable x) {
    return Variable.of(Pointwise.value(RELU, x), new Relu(x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Pointwise.gradient(RELU, x, dy));
  }
}
