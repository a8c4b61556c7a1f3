package brume.autograd.function;

import static brume.autograd.function.MapAxis.mapAxis;

import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.kernel.AxisMap;
import java.util.function.IntUnaryOperator;

/**
 * Repeats along an axis.
 *
 * <pre>
 *   repeat            y = x₀ x₁ x₂ x₀ x₁ x₂        the axis n times
 *   repeatInterleave  y = x₀ x₀ x₁ x₁ x₂ x₂        each of its elements n times
 *
 *   dx[i] = Σ dy[j]                                over the n places where x[i] went
 * </pre>
 *
 * @see MapAxis
 */
public final class Repeat {

  private Repeat() {}

  /**
   * Repeats the axis as a whole.
   *
   * @param x of any shape with the axis
   * @param axis which one; negative numbers count from the end
   * @param n how many times, at least once
   * @return of n times the size along the axis
   * @throws ShapeException if {@code n} is below 1
   */
  public static Variable repeat(Variable x, int axis, int n) {
    int size = x.shape().dim(axis);
    return repeated("repeat", x, axis, n, j -> j % size);
  }

  /**
   * Repeats each element.
   *
   * @param x of any shape with the axis
   * @param axis which one; negative numbers count from the end
   * @param n how many times, at least once
   * @return of n times the size along the axis
   * @throws ShapeException if {@code n} is below 1
   */
  public static Variable repeatInterleave(Variable x, int axis, int n) {
    return repeated("repeatInterleave", x, axis, n, j -> j / n);
  }

  private static Variable repeated(
      String function, Variable x, int axis, int n, IntUnaryOperator source) {
    ShapeException.unless(
        n >= 1, "%s: expected n of 1 or more, got %d for x %s", function, n, x.shape());
    int size = x.shape().dim(axis);
    int[] sources = new int[Math.multiplyExact(n, size)];
    for (int j = 0; j < sources.length; j++) {
      sources[j] = source.applyAsInt(j);
    }
    return mapAxis(x, axis, AxisMap.select(size, sources));
  }
}
