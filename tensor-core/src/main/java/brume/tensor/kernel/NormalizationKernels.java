package brume.tensor.kernel;

import brume.tensor.Tensor;
import java.util.Optional;

/** Normalization of channels-last activations, and the scale and shift by which time steers it. */
public interface NormalizationKernels {

  /**
   * The kernels of the device that holds {@code t}.
   *
   * @param t any tensor
   * @return its kernels
   */
  static NormalizationKernels of(Tensor t) {
    return Backend.of(t).normalization();
  }

  /**
   * Brings each group of each sample to zero mean and unit variance, then scales and shifts it.
   * With ⟨·⟩ the mean over the group:
   *
   * <pre>
   *   y = γ·x̂ + β,   x̂ = (x − μ)·r,   μ = ⟨x⟩,   r = 1/√(⟨(x − μ)²⟩ + ε)
   * </pre>
   *
   * @param at sizes N, P, C, G
   * @param x (N, ..., C) input
   * @param gamma (C) scale γ
   * @param beta (C) shift β
   * @param eps ε
   * @param y (N, ..., C) result
   * @param mean (N, G) receives μ
   * @param rstd (N, G) receives r
   */
  void groupNorm(
      GroupGeometry at,
      Tensor x,
      Tensor gamma,
      Tensor beta,
      double eps,
      Tensor y,
      Tensor mean,
      Tensor rstd);

  /**
   * Gradients of {@link #groupNorm}:
   *
   * <pre>
   *   dβ = Σ dy,   dγ = Σ dy·x̂,   dx = r·(γ·dy − ⟨γ·dy⟩ − x̂·⟨γ·dy·x̂⟩)
   * </pre>
   *
   * @param at sizes N, P, C, G
   * @param x (N, ..., C) input of the forward pass
   * @param gamma (C) scale γ
   * @param mean (N, G) μ of the forward pass
   * @param rstd (N, G) r of the forward pass
   * @param dy (N, ..., C) gradient with respect to y
   * @param dx (N, ..., C) receives the gradient with respect to x
   * @param dgamma (C) receives the gradient with respect to gamma
   * @param dbeta (C) receives the gradient with respect to beta
   */
  void groupNormGrad(
      GroupGeometry at,
      Tensor x,
      Tensor gamma,
      Tensor mean,
      Tensor rstd,
      Tensor dy,
      Tensor dx,
      Tensor dgamma,
      Tensor dbeta);

  /**
   * Group normalization, an optional scale and shift per sample and channel, and SiLU in one pass:
   *
   * <pre>
   *   y = silu(u),   u = (γ·x̂ + β)·(1 + a) + b       a, b = the two halves of scaleShift
   * </pre>
   *
   * @param at sizes N, P, C, G
   * @param x (N, ..., C) input
   * @param gamma (C) scale γ
   * @param beta (C) shift β
   * @param scaleShift (N, 2C) a then b, or (0) for neither
   * @param eps ε
   * @param y (N, ..., C) result
   * @param mean (N, G) receives μ
   * @param rstd (N, G) receives r
   */
  void groupNormSiLU(
      GroupGeometry at,
      Tensor x,
      Tensor gamma,
      Tensor beta,
      Tensor scaleShift,
      double eps,
      Tensor y,
      Tensor mean,
      Tensor rstd);

  /**
   * {@link #groupNormSiLU} with what stands around it in a residual block: x ← x + b before, y = ... + r
   * after.
   *
   * @param at sizes N, P, C, G
   * @param bias (C) b, if any
   * @param x (N, ..., C) input, receives x + b
   * @param gamma (C) scale γ
   * @param beta (C) shift β
   * @param scaleShift (N, 2C) a then b, or (0) for neither
   * @param residual (N, ..., C) r, if any
   * @param eps ε
   * @param y (N, ..., C) result
   * @param mean (N, G) receives μ
   * @param rstd (N, G) receives r
   */
  default void groupNormSiLUInBlock(
      GroupGeometry at,
      Optional<Tensor> bias,
      Tensor x,
      Tensor gamma,
      Tensor beta,
      Tensor scaleShift,
      Optional<Tensor> residual,
      double eps,
      Tensor y,
      Tensor mean,
      Tensor rstd) {
    bias.ifPresent(b -> ElementwiseKernels.of(x).addPerChannel(x, b, x));
    groupNormSiLU(at, x, gamma, beta, scaleShift, eps, y, mean, rstd);
    residual.ifPresent(r -> ElementwiseKernels.of(y).add(y, r, y));
  }

  /**
   * Gradients of {@link #groupNormSiLU}, which recompute u instead of keeping it.
   *
   * @param at sizes N, P, C, G
   * @param x (N, ..., C) input of the forward pass
   * @param gamma (C) scale γ
   * @param beta (C) shift β
   * @param scaleShift (N, 2C) a then b, or (0) for neither
   * @param mean (N, G) μ of the forward pass
   * @param rstd (N, G) r of the forward pass
   * @param dy (N, ..., C) gradient with respect to y
   * @param dx (N, ..., C) receives the gradient with respect to x
   * @param dgamma (C) receives the gradient with respect to gamma
   * @param dbeta (C) receives the gradient with respect to beta
   * @param dscaleShift receives the gradient with respect to scaleShift, of its shape
   * @return (C) Σ dx over everything but the channels, the gradient of a bias before the normalization, if
   *     it was added up on the way
   */
  Optional<Tensor> groupNormSiLUGrad(
      GroupGeometry at,
      Tensor x,
      Tensor gamma,
      Tensor beta,
      Tensor scaleShift,
      Tensor mean,
      Tensor rstd,
      Tensor dy,
      Tensor dx,
      Tensor dgamma,
      Tensor dbeta,
      Tensor dscaleShift);

  /**
   * Brings the channels of each position to length √C, then scales them:
   *
   * <pre>
   *   y = g·x·√C/max(‖x‖, 1e-12)       ‖·‖ over the channels
   * </pre>
   *
   * @param x (..., C) input
   * @param g (C) scale
   * @param y (..., C) result
   */
  void rmsNorm(Tensor x, Tensor g, Tensor y);

  /**
   * {@link #rmsNorm} between two additions: x becomes x + b, y = rmsNorm(x) + residual.
   *
   * @param bias (C) b
   * @param x (..., C) input, changed in place
   * @param g (C) scale
   * @param residual (..., C) what went around, if anything
   * @param y (..., C) result
   */
  default void rmsNormInBlock(
      Tensor bias, Tensor x, Tensor g, Optional<Tensor> residual, Tensor y) {
    ElementwiseKernels.of(x).addPerChannel(x, bias, x);
    rmsNorm(x, g, y);
    residual.ifPresent(around -> ElementwiseKernels.of(y).add(y, around, y));
  }

  /**
   * Gradients of {@link #rmsNorm}. With u = x/‖x‖:
   *
   * <pre>
   *   dg = Σ dy·u·√C,   dx = √C/‖x‖·(g·dy − u·(u·(g·dy)))
   * </pre>
   *
   * <p>Where ‖x‖ is below 1e-12 the divisor is a constant and dx = √C·g·dy/1e-12.
   *
   * @param x (..., C) input of the forward pass
   * @param g (C) scale
   * @param dy (..., C) gradient with respect to y
   * @param dx (..., C) receives the gradient with respect to x
   * @param dg (C) receives the gradient with respect to g
   */
  void rmsNormGrad(Tensor x, Tensor g, Tensor dy, Tensor dx, Tensor dg);

  /**
   * The same with something added to dx.
   *
   * @param x (..., C) input of the forward pass
   * @param g (C) scale
   * @param dy (..., C) gradient with respect to y
   * @param before (..., C) what is added to dx, if anything
   * @param dx (..., C) receives the gradient with respect to x
   * @param dg (C) receives the gradient with respect to g
   */
  default void rmsNormGrad(
      Tensor x, Tensor g, Tensor dy, Optional<Tensor> before, Tensor dx, Tensor dg) {
    rmsNormGrad(x, g, dy, dx, dg);
    before.ifPresent(part -> ElementwiseKernels.of(dx).add(part, dx, dx));
  }

  /**
   * Scales and shifts each channel of each sample: y = x·(1 + a) + b.
   *
   * @param x (N, ..., C) input
   * @param scaleShift (N, 2C) a then b
   * @param y (N, ..., C) result
   */
  void scaleShift(Tensor x, Tensor scaleShift, Tensor y);

  /**
   * Gradients of {@link #scaleShift}: dx = dy·(1 + a), da = Σ dy·x, db = Σ dy over positions.
   *
   * @param x (N, ..., C) input of the forward pass
   * @param scaleShift (N, 2C) a then b
   * @param dy (N, ..., C) gradient with respect to y
   * @param dx (N, ..., C) receives the gradient with respect to x
   * @param dscaleShift (N, 2C) receives the gradient with respect to scaleShift
   */
  void scaleShiftGrad(Tensor x, Tensor scaleShift, Tensor dy, Tensor dx, Tensor dscaleShift);
}
