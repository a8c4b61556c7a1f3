package brume.autograd.function.shape;

import static brume.autograd.function.shape.MapAxis.mapAxis;

import brume.autograd.Variable;
import brume.autograd.function.Expect;
import brume.tensor.ShapeException;
import brume.tensor.kernel.AxisMap;
import java.util.function.Supplier;

/**
 * Picks indexes of one axis, in any order and as often as wanted.
 *
 * <pre>
 *   y[.., j, ..]  = x[.., index[j], ..]
 *   dx[.., i, ..] = Σ dy[.., j, ..]                over all j with index[j] = i
 * </pre>
 *
 * @see MapAxis
 */
public final class Select {

  private Select() {}

  /**
   * Picks indexes.
   *
   * @param x of any shape with the axis
   * @param axis which one; negative numbers count from the end
   * @param indexes from 0
   * @return of as many elements along the axis as there are indexes
   * @throws ShapeException if an index leaves the axis
   */
  public static Variable select(Variable x, int axis, int... indexes) {
    return select(x, axis, () -> indexes);
  }

  /**
   * The same with indexes that are asked for anew when recorded work is repeated.
   *
   * @param x of any shape with the axis
   * @param axis which one; negative numbers count from the end
   * @param indexes from 0; each time as many
   * @return of as many elements along the axis as there are indexes
   * @throws ShapeException if an index leaves the axis
   */
  public static Variable select(Variable x, int axis, Supplier<int[]> indexes) {
    int inputs = x.shape().dim(axis);
    return mapAxis(x, axis, AxisMap.renewed(() -> {
      int[] now = indexes.get();
      Expect.indexes("select", now, axis, x.shape());
      return AxisMap.select(inputs, now);
    }));
  }
}
