package brume.autograd.function.shape;

import static brume.autograd.function.shape.Permute.permute;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.autograd.einsum.Axis;
import brume.autograd.einsum.AxisPattern;
import brume.autograd.einsum.BoundPattern;
import brume.tensor.ShapeException;

/**
 * Takes axes apart, exchanges them and puts them together, as a pattern says: two reshapes with a
 * permutation between them, which alone copies, and only if the order of the axes changes.
 */
public final class Rearrange {

  private Rearrange() {}

  /**
   * Rearranges axes.
   *
   * <p>Words name axes, parentheses hold axes that are one axis of the variable, slowest first, {@code
   * 1} is an axis of size 1 and {@code ...} stands for any further axes:
   *
   * <pre>
   *   rearrange("b (h w) (n d) -> b n (h w) d", x, axis("h", 8), axis("n", 4))
   * </pre>
   *
   * @param pattern the axes of {@code x}, an arrow, the same axes in the order of the result
   * @param x its axes are those before the arrow
   * @param sizes of all axes in parentheses but one
   * @return its axes are those after the arrow
   * @throws IllegalArgumentException if the pattern is none, or a size is missing or not asked for
   * @throws ShapeException if {@code x} does not fit the pattern or the sizes
   */
  public static Variable rearrange(String pattern, Variable x, Axis... sizes) {
    AxisPattern axes = AxisPattern.of("rearrange", pattern).losingNothing().addingNothing();
    return rearranged(axes.on(x.shape(), sizes), x);
  }

  /**
   * Does what a pattern says that neither loses nor adds anything.
   *
   * @param at the pattern, bound to the shape of {@code x}
   * @param x of the pattern's shape
   * @return of the shape that the pattern joins axes to
   */
  public static Variable rearranged(BoundPattern at, Variable x) {
    return at.isReshape()
        ? reshape(x, at.joined())
        : reshape(permute(reshape(x, at.split()), at.order()), at.joined());
  }
}
