package brume.autograd.function.reduce;

import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.autograd.einsum.Axis;
import brume.autograd.einsum.AxisPattern;
import brume.autograd.einsum.BoundPattern;
import brume.autograd.function.shape.Rearrange;
import brume.tensor.ShapeException;
import brume.tensor.kernel.ReductionGeometry.Axes;
import java.util.function.BiFunction;

/** Combines the numbers along axes, as a pattern says. */
public final class Reduce {

  private Reduce() {}

  /** What becomes of the numbers along the axes that are gone. */
  public enum By {
    /** Their sum. */
    SUM(Sum::sum),

    /** Their mean. */
    MEAN(Mean::mean),

    /** The largest one; equal ones share its gradient. */
    MAX(Amax::amax),

    /** The smallest one; equal ones share its gradient. */
    MIN(Amin::amin),

    /** Their product. */
    PRODUCT(Product::product);

    private final BiFunction<Variable, Axes, Variable> function;

    By(BiFunction<Variable, Axes, Variable> function) {
      this.function = function;
    }
  }

  /**
   * Combines the numbers along axes, rearranging the others like {@link Rearrange}.
   *
   * <pre>
   *   reduce("n (h 2) (w 2) c -> n h w c", By.MEAN, x)
   * </pre>
   *
   * @param pattern the axes of {@code x}, an arrow, those that remain
   * @param by what becomes of the others
   * @param x its axes are those before the arrow
   * @param sizes of all axes in parentheses but one
   * @return its axes are those after the arrow
   * @throws IllegalArgumentException if the pattern is none, or a size is missing or not asked for
   * @throws ShapeException if {@code x} does not fit the pattern or the sizes
   */
  public static Variable reduce(String pattern, By by, Variable x, Axis... sizes) {
    BoundPattern at = AxisPattern.of("reduce", pattern).addingNothing().on(x.shape(), sizes);
    return at.left().length() == at.right().length()
        ? Rearrange.rearranged(at, x)
        : Rearrange.rearranged(
            at.afterLoss(), by.function.apply(reshape(x, at.split()), Axes.of(at.lost())));
  }
}
