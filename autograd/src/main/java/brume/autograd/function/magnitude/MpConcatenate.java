package brume.autograd.function.magnitude;

import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.shape.Concatenate.concatenate;

import brume.autograd.Variable;
import brume.tensor.ShapeException;

/**
 * Channels side by side, each operand with a share of the magnitude that does not depend on how many
 * channels it has. With A and B channels:
 *
 * <pre>
 *   y = √((A + B)/((1 − t)² + t²))·((1 − t)/√A·a, t/√B·b)
 * </pre>
 */
public final class MpConcatenate {

  private MpConcatenate() {}

  /**
   * Concatenates channels.
   *
   * @param a (..., A)
   * @param b (..., B)
   * @param t share of b, from 0 to 1
   * @return (..., A + B)
   * @throws ShapeException if the shapes differ in more than the last axis
   */
  public static Variable mpConcatenate(Variable a, Variable b, double t) {
    ShapeException.unless(
        a.shape().rank() > 0 && b.shape().rank() > 0,
        "mpConcatenate: expected channels, got a %s and b %s",
        a.shape(),
        b.shape());
    int as = a.shape().dim(-1), bs = b.shape().dim(-1);
    double length = Math.sqrt(as + bs) / Math.hypot(1 - t, t);
    return concatenate(
        scale(a, length * (1 - t) / Math.sqrt(as)), scale(b, length * t / Math.sqrt(bs)));
  }
}
