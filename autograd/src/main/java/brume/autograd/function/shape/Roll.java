package brume.autograd.function.shape;

import static brume.autograd.function.shape.MapAxis.mapAxis;

import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.kernel.AxisMap;
import java.util.Arrays;

/**
 * Shifts along an axis; what leaves at the end comes back at the beginning.
 *
 * <pre>
 *   y[.., j, ..] = x[.., (j − shift) mod size, ..]
 *   dx           = dy, shifted back
 * </pre>
 *
 * @see MapAxis
 */
public final class Roll {

  private Roll() {}

  /**
   * Shifts.
   *
   * @param x of any shape with the axis
   * @param axis which one; negative numbers count from the end
   * @param shift by how much, towards larger indexes if positive
   * @return of the shape of {@code x}
   * @throws ShapeException if there is no such axis
   */
  public static Variable roll(Variable x, int axis, int shift) {
    int size = x.shape().dim(axis);
    int[] sources = new int[size];
    Arrays.setAll(sources, j -> Math.floorMod(j - shift, size));
    return mapAxis(x, axis, AxisMap.select(size, sources));
  }
}
