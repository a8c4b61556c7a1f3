package brume.autograd.function;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.IndexingKernels;
import brume.tensor.kernel.ReductionKernels;

/**
 * Repeats a variable along a new first axis.
 *
 * <pre>
 *   y[n] = x                          for every n
 *   dx   = Σ dy[n]
 * </pre>
 *
 * @param x saved shape of the input
 */
public record Expand(Shape x) implements Differentiable {

  /**
   * Repeats.
   *
   * @param x (...) of any shape
   * @param n how many times, at least once
   * @return (n, ...)
   * @throws ShapeException if {@code n} is below 1
   */
  public static Variable expand(Variable x, int n) {
    ShapeException.unless(n >= 1, "expand: expected n of 1 or more, got %d for x %s", n, x.shape());
    int[] dims = x.shape().toArray(), repeated = new int[dims.length + 1];
    repeated[0] = n;
    System.arraycopy(dims, 0, repeated, 1, dims.length);
    Tensor y = x.value().like(Shape.of(repeated));
    int size = x.shape().size();
    IndexingKernels.of(y).copyBlock(n, size, x.value(), 0, 0, y, 0, size);
    return Variable.of(y, new Expand(x.shape()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Tensor dx = dy.like(x);
    Shape rows = Shape.of(dy.shape().dim(0), x.size());
    ReductionKernels.of(dy).sumPerChannel(dy.reshape(rows), dx.reshape(Shape.of(x.size())));
    grads.put(0, dx);
  }
}
