package brume.autograd.function.pointwise;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;

/**
 * Limits numbers to a range.
 *
 * <pre>
 *   y  = min(max(x, low), high)
 *   dx = dy where low ≤ x ≤ high, else 0
 * </pre>
 *
 * @param x saved input, of any shape
 * @param low saved smallest result
 * @param high saved largest result
 */
public record Clamp(Tensor x, double low, double high) implements Differentiable {

  /**
   * Limits every element.
   *
   * @param x of any shape
   * @param low smallest result
   * @param high largest result
   * @return of the shape of {@code x}
   * @throws IllegalArgumentException if {@code low} is above {@code high} or either is not a number
   */
  public static Variable clamp(Variable x, double low, double high) {
    if (!(low <= high)) {
      throw new IllegalArgumentException(
          "clamp: expected low to be at most high, got low " + low + " and high " + high);
    }
    Tensor y = x.value().like();
    ElementwiseKernels.of(y).clamp(x.value(), low, high, y);
    return Variable.of(y, new Clamp(x.value(), low, high), x);
  }

  /**
   * Limits every element from below.
   *
   * @param x of any shape
   * @param low smallest result
   * @return of the shape of {@code x}
   */
  public static Variable atLeast(Variable x, double low) {
    return clamp(x, low, Double.POSITIVE_INFINITY);
  }

  /**
   * Limits every element from above.
   *
   * @param x of any shape
   * @param high largest result
   * @return of the shape of {@code x}
   */
  public static Variable atMost(Variable x, double high) {
    return clamp(x, Double.NEGATIVE_INFINITY, high);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Tensor dx = x.like();
    ElementwiseKernels.of(x).clampGrad(x, low, high, dy, dx);
    grads.put(0, dx);
  }
}
