package brume.autograd.function;

import static brume.tensor.kernel.UnaryFunction.HUBER;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;

/**
 * Huber's function of an error: a parabola near zero, a straight line beyond. The Huber loss
 * of a prediction is {@code mean(huber(subtract(x, target), 1))}, the smooth L1 loss with parameter β
 * is {@code scale} of that with {@code huber(..., β)} and 1/β.
 *
 * <pre>
 *   y  = x²/2 where |x| ≤ p, else p·(|x| − p/2)
 *   dx = dy·min(max(x, −p), p)
 * </pre>
 *
 * @param x saved input, of any shape
 * @param p saved error where the line begins
 * @see <a href="https://doi.org/10.1214/aoms/1177703732">Huber, Robust Estimation of a Location
 *     Parameter (1964)</a>
 */
public record Huber(Tensor x, double p) implements Differentiable {

  /**
   * Applies the function to every element.
   *
   * @param x of any shape
   * @param p error where the line begins, above 0
   * @return of the shape of {@code x}
   */
  public static Variable huber(Variable x, double p) {
    return Variable.of(Pointwise.value(HUBER, p, x), new Huber(x.value(), p), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, Pointwise.gradient(HUBER, p, x, dy));
  }
}
