package brume.autograd.function.shape;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;

/**
 * The same numbers seen with another shape; nothing is copied.
 *
 * <pre>
 *   y  = x, reshaped
 *   dx = dy, reshaped back
 * </pre>
 *
 * @param x saved shape of the input
 */
public record Reshape(Shape x) implements Differentiable {

  /**
   * Changes the shape.
   *
   * @param x of any shape
   * @param shape as many elements
   * @return of the new shape
   * @throws ShapeException if the number of elements differs
   */
  public static Variable reshape(Variable x, Shape shape) {
    return Variable.of(x.value().reshape(shape), new Reshape(x.shape()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, dy.reshape(x));
  }
}
