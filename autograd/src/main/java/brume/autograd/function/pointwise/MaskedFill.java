package brume.autograd.function.pointwise;

import static brume.autograd.function.pointwise.Where.where;

import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;

/**
 * Overwrites where a mask says so.
 *
 * <pre>
 *   y  = value where m ≠ 0, else x
 *   dx = 0 where m ≠ 0, else dy
 * </pre>
 *
 * @see Where
 */
public final class MaskedFill {

  private MaskedFill() {}

  /**
   * Overwrites.
   *
   * @param x of any shape
   * @param mask constant, not 0 where to overwrite; its axes of size one are repeated
   * @param value what to write
   * @return of the shape of {@code x}
   * @throws ShapeException if the mask does not fit
   * @throws IllegalArgumentException if {@code mask} requires a gradient; there is none
   */
  public static Variable maskedFill(Variable x, Variable mask, double value) {
    return where(mask, constant(x, value), x);
  }

  /**
   * A number as a constant.
   *
   * @param like lies on the wanted device
   * @param value the number
   * @return without axes
   */
  public static Variable constant(Variable like, double value) {
    return Variable.constant(Tensor.of(like.value().device(), Shape.of(), new double[] {value}));
  }
}
