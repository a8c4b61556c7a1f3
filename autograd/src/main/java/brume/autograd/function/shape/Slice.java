package brume.autograd.function.shape;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;
import brume.tensor.kernel.IndexingKernels;
import java.util.Arrays;

/**
 * A range along one axis.
 *
 * <pre>
 *   y  = x[from .. to)                along the axis
 *   dx = dy inside the range, 0 outside
 * </pre>
 *
 * @param x saved shape of the input
 * @param axis saved axis, counted from the front
 * @param from saved first index
 */
public record Slice(Shape x, int axis, int from) implements Differentiable {

  /**
   * Cuts a range out.
   *
   * @param x of any shape with the axis
   * @param axis which one; negative numbers count from the end
   * @param from first index of the range
   * @param to first index after it
   * @return of size {@code to − from} along the axis
   * @throws ShapeException if the range is empty or leaves the axis
   */
  public static Variable slice(Variable x, int axis, int from, int to) {
    int size = x.shape().dim(axis);
    ShapeException.unless(
        0 <= from && from < to && to <= size,
        "slice: expected a range within 0 to %d along axis %d of x %s, got %d to %d",
        size,
        axis,
        x.shape(),
        from,
        to);
    Slice slice = new Slice(x.shape(), axis < 0 ? axis + x.shape().rank() : axis, from);
    Tensor y = x.value().like(x.shape().with(axis, to - from));
    int columns = Concatenate.columns(y.shape(), slice.axis);
    IndexingKernels.of(y)
        .copyBlock(slice.rows(), columns, x.value(), slice.first(), slice.stride(), y, 0, columns);
    return Variable.of(y, slice, x);
  }

  /**
   * Takes every step-th index of a range.
   *
   * @param x of any shape with the axis
   * @param axis which one; negative numbers count from the end
   * @param from first index of the range
   * @param to first index after it
   * @param step distance of the indexes, at least 1
   * @return of size {@code (to − from)/step}, rounded up, along the axis
   * @throws ShapeException if the range is empty or leaves the axis, or {@code step} is below 1
   */
  public static Variable slice(Variable x, int axis, int from, int to, int step) {
    ShapeException.unless(
        step >= 1, "slice: expected a step of 1 or more, got %d for x %s", step, x.shape());
    Variable range = slice(x, axis, from, to);
    if (step == 1) {
      return range;
    }
    int[] indexes = new int[(to - from + step - 1) / step];
    Arrays.setAll(indexes, j -> j * step);
    return Select.select(range, axis, indexes);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Tensor dx = dy.like(x);
    ElementwiseKernels.of(dx).fill(0, dx);
    int columns = Concatenate.columns(dy.shape(), axis);
    IndexingKernels.of(dx).copyBlock(rows(), columns, dy, 0, columns, dx, first(), stride());
    grads.put(0, dx);
  }

  private int rows() {
    return Concatenate.rows(x, axis);
  }

  /** Elements of x from one row to the next. */
  private int stride() {
    return Concatenate.columns(x, axis);
  }

  /** Element of x where the first row of the range starts. */
  private int first() {
    return from * Concatenate.columns(x, axis + 1);
  }
}
