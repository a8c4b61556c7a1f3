package brume.autograd.function.magnitude;

import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.pointwise.Pointwise.silu;

import brume.autograd.Variable;

/**
 * SiLU that keeps the magnitude of normal numbers: y = x·σ(x)/0.596, as 0.596² is the mean of SiLU²
 * over them.
 */
public final class MpSilu {

  private static final double MAGNITUDE = 0.596; // of silu(x) for x from N(0, 1), as published

  private MpSilu() {}

  /**
   * Activates.
   *
   * @param x of any shape
   * @return of the shape of x
   */
  public static Variable mpSilu(Variable x) {
    return scale(silu(x), 1 / MAGNITUDE);
  }
}
