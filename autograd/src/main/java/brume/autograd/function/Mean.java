package brume.autograd.function;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;
import brume.tensor.kernel.ReductionKernels;

/**
 * Mean of all elements.
 *
 * <pre>
 *   y  = Σ x/n                        n elements
 *   dx = dy/n for every element
 * </pre>
 *
 * @param x saved shape of the input
 */
public record Mean(Shape x) implements Differentiable {

  /**
   * Averages everything.
   *
   * @param x of any shape, not empty
   * @return a single number, of shape ()
   * @throws ShapeException if {@code x} has no elements
   */
  public static Variable mean(Variable x) {
    ShapeException.unless(
        x.shape().size() > 0, "mean: expected at least one element, got x %s", x.shape());
    Tensor y = x.value().like(Shape.of());
    ReductionKernels.of(y).sum(x.value(), y);
    ElementwiseKernels.of(y).affine(1.0 / x.shape().size(), y, 0, y);
    return Variable.of(y, new Mean(x.shape()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Tensor dx = Sum.repeated(dy, x);
    ElementwiseKernels.of(dx).affine(1.0 / x.size(), dx, 0, dx);
    grads.put(0, dx);
  }
}
