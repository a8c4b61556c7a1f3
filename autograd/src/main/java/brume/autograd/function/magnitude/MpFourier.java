package brume.autograd.function.magnitude;

import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.pointwise.Pointwise.cos;
import static brume.autograd.function.pointwise.Pointwise.sin;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;

/** Waves of magnitude one: y = √2·(sin 2π·t·w, cos 2π·t·w). */
public final class MpFourier {

  private MpFourier() {}

  /**
   * Describes numbers by waves.
   *
   * @param t (N) numbers
   * @param w (F) frequencies
   * @return (N, 2F) all sines, then all cosines
   * @throws ShapeException if one of the two has other axes
   */
  public static Variable mpFourier(Variable t, Variable w) {
    ShapeException.unless(
        t.shape().rank() == 1 && w.shape().rank() == 1,
        "mpFourier: expected t (N) and w (F), got %s and %s",
        t.shape(),
        w.shape());
    Variable column = reshape(t, Shape.of(t.shape().dim(0), 1));
    Variable row = reshape(w, Shape.of(1, w.shape().dim(0)));
    Variable angles = scale(multiply(column, row), 2 * Math.PI);
    return scale(concatenate(sin(angles), cos(angles)), Math.sqrt(2));
  }
}
