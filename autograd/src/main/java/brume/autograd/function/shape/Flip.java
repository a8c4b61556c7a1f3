package brume.autograd.function.shape;

import static brume.autograd.function.shape.MapAxis.mapAxis;

import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.kernel.AxisMap;
import java.util.Arrays;

/**
 * Reverses axes.
 *
 * <pre>
 *   y[.., j, ..] = x[.., size − 1 − j, ..]
 *   dx           = dy, reversed
 * </pre>
 *
 * @see MapAxis
 */
public final class Flip {

  private Flip() {}

  /**
   * Reverses axes.
   *
   * @param x of any shape with the axes
   * @param axes at least one; negative numbers count from the end
   * @return of the shape of {@code x}
   * @throws ShapeException if there is no such axis
   */
  public static Variable flip(Variable x, int... axes) {
    Variable y = x;
    for (int axis : axes) {
      int size = x.shape().dim(axis);
      int[] backward = new int[size];
      Arrays.setAll(backward, j -> size - 1 - j);
      y = mapAxis(y, axis, AxisMap.select(size, backward));
    }
    return y;
  }
}
