package brume.autograd.function;

import static brume.autograd.function.Affine.scale;

import brume.autograd.Variable;
import brume.autograd.einsum.Axis;
import brume.autograd.einsum.AxisPattern;
import brume.autograd.einsum.BoundPattern;
import brume.tensor.ShapeException;

/** Combines the numbers along axes, as a pattern says. */
public final class Reduce {

  private Reduce() {}

  /** What becomes of the numbers along the axes that are gone. */
  public enum By {
    /** Their sum. */
    SUM {
      @Override
      Variable apply(BoundPattern at, Variable x) {
        return Einsum.contract(at.contraction(), at.joined(), x);
      }
    },

    /** Their mean. */
    MEAN {
      @Override
      Variable apply(BoundPattern at, Variable x) {
        return scale(SUM.apply(at, x), 1.0 / at.lost());
      }
    };

    abstract Variable apply(BoundPattern at, Variable x);
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
        : by.apply(at, x);
  }
}
