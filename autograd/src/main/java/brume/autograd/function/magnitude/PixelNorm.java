package brume.autograd.function.magnitude;

import static brume.autograd.function.norm.Normalize.normalize;
import static brume.autograd.function.pointwise.Affine.scale;

import brume.autograd.Variable;
import brume.tensor.ShapeException;

/** Brings the numbers along an axis to magnitude one: y = √C·x/max(‖x‖, 10⁻⁴). */
public final class PixelNorm {

  private static final double SMALLEST = 1e-4;

  private PixelNorm() {}

  /**
   * Normalizes the channels of each position.
   *
   * @param x (..., C)
   * @return (..., C)
   * @throws ShapeException if there are no channels
   */
  public static Variable pixelNorm(Variable x) {
    return pixelNorm(x, -1);
  }

  /**
   * Normalizes along any axis.
   *
   * @param x of any shape with the axis
   * @param axis which one; negative numbers count from the end
   * @return of the shape of x
   * @throws ShapeException if there is no such axis, or no number along it
   */
  public static Variable pixelNorm(Variable x, int axis) {
    Variable y = normalize(x, axis, SMALLEST);
    return scale(y, Math.sqrt(x.shape().dim(axis)));
  }
}
