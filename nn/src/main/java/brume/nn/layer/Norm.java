package brume.nn.layer;

import static brume.autograd.function.pointwise.Add.add;

import brume.autograd.Variable;
import brume.nn.Layer;
import java.util.Optional;

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

  /**
   * What follows a convolution in a residual block: y = silu(norm(conv(x))·(1 + a) + b) + residual.
   *
   * @param conv makes what is normalized
   * @param x what it convolves
   * @param scaleShift (N, 2C) a, then b, if any
   * @param residual of the shape of the result, if any; not both
   * @return (N, ..., C)
   */
  default Variable forwardSiLU(
      Conv2d conv, Variable x, Optional<Variable> scaleShift, Optional<Variable> residual) {
    Variable h = conv.forward(x);
    Variable y = scaleShift.map(s -> forwardSiLU(h, s)).orElseGet(() -> forwardSiLU(h));
    return residual.map(r -> add(y, r)).orElse(y);
  }
}
