package brume.autograd.function;

import static brume.tensor.kernel.UnaryFunction.LEAKY_RELU;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;

/**
 * Rectified linear unit that lets a little through below zero.
 *
 * <pre>
 *   y  = x where x &gt; 0, else p·x
 *   dx = dy where x &gt; 0, else p·dy
 * </pre>
 *
 * @param x saved input, of any shape
 * @param p saved slope below zero
 */
public record LeakyRelu(Tensor x, double p) implements Differentiable {

  /**
   * Applies the function to every element.
   *
   * @param x of any shape
   * @param p slope below zero
   * @return of the shape of {@code x}
   */
  public static Variable leakyRelu(Variable x, double p) {
    return Variable.of(Pointwise.value(LEAKY_RELU, p, x), new LeakyRelu(x.value(), p), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Pointwise.gradient(LEAKY_RELU, p, x, dy));
  }
}
