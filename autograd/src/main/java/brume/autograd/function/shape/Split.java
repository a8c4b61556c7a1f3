package brume.autograd.function.shape;

import static brume.autograd.function.shape.Slice.slice;

import brume.autograd.Variable;
import brume.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts an axis into ranges that follow each other, {@link Slice}s all.
 *
 * <pre>
 *   x   = [y₀ | y₁ | ...]
 *   dx  = [dy₀ | dy₁ | ...]
 * </pre>
 */
public final class Split {

  private Split() {}

  /**
   * Cuts into ranges of given sizes.
   *
   * @param x of any shape with the axis
   * @param axis which one; negative numbers count from the end
   * @param sizes of the ranges; together the size of the axis
   * @return the ranges in order
   * @throws ShapeException if the sizes do not add up to that of the axis
   */
  public static List<Variable> split(Variable x, int axis, int... sizes) {
    int from = 0;
    List<Variable> parts = new ArrayList<>();
    for (int size : sizes) {
      parts.add(slice(x, axis, from, from + size));
      from += size;
    }
    ShapeException.unless(
        from == x.shape().dim(axis),
        "split: expected sizes that add up to the %d of axis %d of x %s, got %d",
        x.shape().dim(axis),
        axis,
        x.shape(),
        from);
    return parts;
  }

  /**
   * Cuts into ranges of one size, the last of which may be smaller.
   *
   * @param x of any shape with the axis
   * @param axis which one; negative numbers count from the end
   * @param chunks how many at most; there are fewer if rounding the size up leaves nothing for the last
   * @return the ranges in order
   * @throws ShapeException if {@code chunks} is below 1
   */
  public static List<Variable> chunk(Variable x, int axis, int chunks) {
    ShapeException.unless(
        chunks >= 1, "chunk: expected chunks of 1 or more, got %d for x %s", chunks, x.shape());
    int size = x.shape().dim(axis), each = (size + chunks - 1) / chunks;
    List<Variable> parts = new ArrayList<>();
    for (int from = 0; from < size; from += each) {
      parts.add(slice(x, axis, from, Math.min(size, from + each)));
    }
    return parts;
  }
}
