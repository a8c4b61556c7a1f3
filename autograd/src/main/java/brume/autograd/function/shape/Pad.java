package brume.autograd.function.shape;

import static brume.autograd.function.shape.MapAxis.mapAxis;

import brume.autograd.Variable;
import brume.autograd.function.Expect;
import brume.tensor.ShapeException;
import brume.tensor.kernel.AxisMap;
import java.util.function.IntUnaryOperator;

/**
 * Makes an axis longer at both ends, or shorter where a number is negative. With j the place of an
 * output counted from the first input, n the size of the axis:
 *
 * <pre>
 *   constant    y[j] = x[j] for 0 ≤ j &lt; n, a constant elsewhere
 *   reflected   y[j] = x[−j] before, x[2(n − 1) − j] behind
 *   replicated  y[j] = x[0] before,  x[n − 1] behind
 *   circular    y[j] = x[j mod n]
 *
 *   dx[i] = Σ dy[j]                                over all j that show x[i]
 * </pre>
 *
 * @see MapAxis
 */
public final class Pad {

  private Pad() {}

  /**
   * Surrounds with a constant.
   *
   * @param x of any shape with the axis
   * @param axis which one; negative numbers count from the end
   * @param before how many to add before the first, or to drop if negative
   * @param after how many to add behind the last, or to drop if negative
   * @param value what to add
   * @return of size {@code before + size + after} along the axis
   * @throws ShapeException if nothing would be left
   */
  public static Variable pad(Variable x, int axis, int before, int after, double value) {
    int size = x.shape().dim(axis);
    return padded(x, axis, before, after, j -> j < 0 || j >= size ? -1 : j, value);
  }

  /**
   * Continues as in a mirror that stands on the first and on the last number.
   *
   * @param x of any shape with the axis
   * @param axis which one; negative numbers count from the end
   * @param before how many to add before the first, fewer than there are
   * @param after how many to add behind the last, fewer than there are
   * @return of size {@code before + size + after} along the axis
   * @throws ShapeException if the mirror image is too short or nothing would be left
   */
  public static Variable padReflected(Variable x, int axis, int before, int after) {
    int size = x.shape().dim(axis);
    ShapeException.unless(
        before < size && after < size,
        "padReflected: expected to add fewer than the %d of axis %d of x %s, got %d and %d",
        size,
        axis,
        x.shape(),
        before,
        after);
    return padded(x, axis, before, after, j -> j < size ? Math.abs(j) : 2 * (size - 1) - j, 0);
  }

  /**
   * Repeats the first and the last number.
   *
   * @param x of any shape with the axis
   * @param axis which one; negative numbers count from the end
   * @param before how many to add before the first, or to drop if negative
   * @param after how many to add behind the last, or to drop if negative
   * @return of size {@code before + size + after} along the axis
   * @throws ShapeException if nothing would be left
   */
  public static Variable padReplicated(Variable x, int axis, int before, int after) {
    int size = x.shape().dim(axis);
    return padded(x, axis, before, after, j -> Math.max(0, Math.min(size - 1, j)), 0);
  }

  /**
   * Continues with the other end, as on a ring.
   *
   * @param x of any shape with the axis
   * @param axis which one; negative numbers count from the end
   * @param before how many to add before the first, or to drop if negative
   * @param after how many to add behind the last, or to drop if negative
   * @return of size {@code before + size + after} along the axis
   * @throws ShapeException if nothing would be left
   */
  public static Variable padCircular(Variable x, int axis, int before, int after) {
    int size = x.shape().dim(axis);
    return padded(x, axis, before, after, j -> Math.floorMod(j, size), 0);
  }

  private static Variable padded(
      Variable x, int axis, int before, int after, IntUnaryOperator source, double elsewhere) {
    int size = x.shape().dim(axis);
    ShapeException.unless(
        size > 0 && (long) before + size + after > 0,
        "pad: expected something to be left of axis %d of x %s, got %d before and %d after",
        axis,
        x.shape(),
        before,
        after);
    int[] sources = new int[Expect.size("pad", (long) before + size + after, x.shape())];
    for (int j = 0; j < sources.length; j++) {
      sources[j] = source.applyAsInt(j - before);
    }
    return mapAxis(x, axis, AxisMap.select(size, sources), elsewhere);
  }
}
