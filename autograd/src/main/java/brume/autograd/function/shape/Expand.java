package brume.autograd.function.shape;

import static brume.autograd.function.shape.MapAxis.mapAxis;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.AxisMap;
import brume.tensor.kernel.IndexingKernels;
import brume.tensor.kernel.ReductionKernels;

/**
 * Repeats a variable along a new first axis, or along all axes of size one.
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

  /**
   * Repeats along axes of size one, and along new leading axes.
   *
   * @param x of any shape
   * @param shape each of its last axes of the size of that of {@code x}, or of any size where that is 1
   * @return of the shape
   * @throws ShapeException if the shape does not fit
   */
  public static Variable expand(Variable x, Shape shape) {
    int missing = shape.rank() - x.shape().rank();
    boolean fits = missing >= 0;
    int[] dims = new int[shape.rank()];
    for (int i = 0; fits && i < dims.length; i++) {
      dims[i] = i < missing ? 1 : x.shape().dim(i - missing);
      fits = dims[i] == 1 || dims[i] == shape.dim(i);
    }
    ShapeException.unless(
        fits,
        "expand: expected a shape that ends with the sizes of x %s where they are not 1, got %s",
        x.shape(),
        shape);
    Variable y = missing == 0 ? x : reshape(x, Shape.of(dims));
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] != shape.dim(i)) {
        y = mapAxis(y, i, AxisMap.select(1, new int[shape.dim(i)]));
      }
    }
    return y;
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Tensor dx = dy.like(x);
    Shape rows = Shape.of(dy.shape().dim(0), x.size());
    ReductionKernels.of(dy).sumPerChannel(dy.reshape(rows), dx.reshape(Shape.of(x.size())));
    grads.put(0, dx);
  }
}
