package brume.autograd.function.shape;

import static brume.autograd.function.shape.MapAxis.mapAxis;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.autograd.function.Expect;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.kernel.AxisMap;

/**
 * Looks single numbers up along one axis, with an index for every result.
 *
 * <pre>
 *   y[a, j, b]  = x[a, index[a, j, b], b]
 *   dx[a, i, b] = Σ dy[a, j, b]                    over all j with index[a, j, b] = i
 * </pre>
 *
 * <p>On a table of one axis it is the lookup of a schedule's values by time.
 *
 * @see MapAxis
 */
public final class Gather {

  private Gather() {}

  /**
   * Looks numbers up.
   *
   * @param x of any shape with the axis
   * @param axis which one; negative numbers count from the end
   * @param shape of the indexes and the result, no larger than {@code x} along the other axes
   * @param indexes from 0, in the order of the shape
   * @return of the shape of the indexes
   * @throws ShapeException if the shape does not fit to {@code x} or an index leaves the axis
   */
  public static Variable gather(Variable x, int axis, Shape shape, int... indexes) {
    Shape in = x.shape();
    Expect.indexes("gather", indexes, axis, in);
    Expect.count("gather", shape, indexes.length);
    boolean fits = shape.rank() == in.rank();
    int along = axis < 0 ? axis + in.rank() : axis;
    for (int i = 0; fits && i < in.rank(); i++) {
      fits = i == along || shape.dim(i) <= in.dim(i);
    }
    ShapeException.unless(
        fits,
        "gather: expected indexes of a shape no larger than x %s but along axis %d, got %s",
        in,
        along,
        shape);
    AxisMap lookup = AxisMap.select(in.size(), elements(in, along, shape, indexes));
    return reshape(mapAxis(reshape(x, Shape.of(in.size())), 0, lookup), shape);
  }

  /** The element of x that each index means. */
  private static int[] elements(Shape x, int along, Shape shape, int[] indexes) {
    int[] elements = new int[indexes.length];
    for (int i = 0; i < elements.length; i++) {
      for (int axis = x.rank() - 1, rest = i, stride = 1; axis >= 0; axis--) {
        int here = axis == along ? indexes[i] : rest % shape.dim(axis);
        elements[i] += here * stride;
        rest /= shape.dim(axis);
        stride *= x.dim(axis);
      }
    }
    return elements;
  }
}
