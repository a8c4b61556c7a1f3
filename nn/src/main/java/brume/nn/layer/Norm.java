package brume.nn.layer;

import brume.autograd.Variable;
import brume.nn.Layer;

/** A normalization, alone and with the activation that follows it in residual blocks. */
public interface Norm extends Layer {

  /**
   * Normalizes.
   *
   * @param x (N, ..., C)
   * @return of the same shape
   */
  Variable forward(Variable x);

  /**
   * Normalizes and activates: y = silu(norm(x)).
   *
   * @param x (N, ..., C)
   * @return of the same shape
   */
  Variable forwardSiLU(Variable x);

  /**
   * Normalizes, scales, shifts and activates: y = silu(norm(x)·(1 + a) + b).
   *
   * @param x (N, ..., C)
   * @param scaleShift (N, 2C) a, then b
   * @return of the shape of x
   */
  Variable forwardSiLU(Variable x, Variable scaleShift);
}
