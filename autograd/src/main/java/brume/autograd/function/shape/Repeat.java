package brume.autograd.function.shape;

import static brume.autograd.function.shape.MapAxis.mapAxis;

import brume.autograd.Variable;
import brume.autograd.einsum.Axis;
import brume.autograd.einsum.AxisPattern;
import brume.autograd.einsum.BoundPattern;
import brume.autograd.function.Expect;
import brume.autograd.function.linear.Einsum;
import brume.tensor.ShapeException;
import brume.tensor.kernel.AxisMap;
import java.util.function.IntUnaryOperator;

/**
 * Repeats along axes.
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

  /**
   * Repeats along new axes, rearranging the others like {@link Rearrange}; the gradient is summed over
   * them.
   *
   * <pre>
   *   repeat("n c -> n (2 l) c", x, axis("l", 3))
   * </pre>
   *
   * @param pattern the axes of {@code x}, an arrow, the same axes and others that are new
   * @param x its axes are those before the arrow
   * @param sizes of new axes, unless the pattern has the size instead of a name, and of all axes in
   *     parentheses but one
   * @return its axes are those after the arrow
   * @throws IllegalArgumentException if the pattern is none, or a size is missing or not asked for
   * @throws ShapeException if {@code x} does not fit the pattern or the sizes
   */
  public static Variable repeat(String pattern, Variable x, Axis... sizes) {
    BoundPattern at = AxisPattern.of("repeat", pattern).losingNothing().on(x.shape(), sizes);
    return at.left().length() == at.right().length()
        ? Rearrange.rearranged(at, x)
        : Einsum.contract(at.repetition(), at.joined(), x);
  }

  private static Variable repeated(
      String function, Variable x, int axis, int n, IntUnaryOperator source) {
    ShapeException.unless(
        n >= 1, "%s: expected n of 1 or more, got %d for x %s", function, n, x.shape());
    int size = x.shape().dim(axis);
    int[] sources = new int[Expect.size(function, (long) n * size, x.shape())];
    for (int j = 0; j < sources.length; j++) {
      sources[j] = source.applyAsInt(j);
    }
    return mapAxis(x, axis, AxisMap.select(size, sources));
  }
}
