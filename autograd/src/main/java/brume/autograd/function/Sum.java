package brume.autograd.function;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.IndexingKernels;
import brume.tensor.kernel.ReductionKernels;

/**
 * Sum of all elements.
 *
 * <pre>
 *   y  = Σ x
 *   dx = dy for every element
 * </pre>
 *
 * @param x saved shape of the input
 */
public record Sum(Shape x) implements Differentiable {

  /**
   * Adds everything up.
   *
   * @param x of any shape
   * @return a single number, of shape ()
   */
  public static Variable sum(Variable x) {
    Tensor y = x.value().like(Shape.of());
    ReductionKernels.of(y).sum(x.value(), y);
    return Variable.of(y, new Sum(x.shape()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, repeated(dy, x));
  }

  /** One number in every element of a shape, without reading it back from the device. */
  static Tensor repeated(Tensor number, Shape shape) {
    Tensor y = number.like(shape);
    IndexingKernels.of(y).copyBlock(shape.size(), 1, number, 0, 0, y, 0, 1);
    return y;
  }
}
