package brume.autograd.function.norm;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.autograd.function.Expect;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.GroupGeometry;
import brume.tensor.kernel.NormalizationKernels;

/**
 * {@link GroupNorm}, an optional {@link ScaleShift} and {@link brume.autograd.function.pointwise.Pointwise} in one pass, which keeps the input
 * of the first instead of the inputs of all three.
 *
 * <pre>
 *   forward    u  = (γ·x̂ + β)·(1 + a) + b     x̂ as in GroupNorm; a, b = the halves of scaleShift
 *              y  = u·σ                       σ = 1/(1 + e⁻ᵘ)
 *
 *   backward   du = dy·σ·(1 + u·(1 − σ))
 *              da = Σ du·(γ·x̂ + β)            Σ over positions
 *              db = Σ du
 *              dx, dγ, dβ as in GroupNorm from du·(1 + a)
 * </pre>
 *
 * @param at sizes N, P, C, G
 * @param x (N, ..., C) saved input
 * @param gamma (C) saved scale γ
 * @param beta (C) saved shift β
 * @param scaleShift (N, 2C) saved a, then b; (0) for neither
 * @param mean (N, G) saved μ
 * @param rstd (N, G) saved r
 */
public record GroupNormSiLU(
    GroupGeometry at,
    Tensor x,
    Tensor gamma,
    Tensor beta,
    Tensor scaleShift,
    Tensor mean,
    Tensor rstd)
    implements Differentiable {

  private static final int X = 0, GAMMA = 1, BETA = 2, SCALE_SHIFT = 3;
  private static final Shape ABSENT = Shape.of(0);

  /**
   * Normalizes and activates.
   *
   * @param x (N, ..., C) activations, channels last
   * @param gamma (C) scale
   * @param beta (C) shift
   * @param groups number of groups; divides C
   * @param eps added to the variance, 1e-5 for example
   * @return (N, ..., C)
   * @throws ShapeException if groups does not divide C, or gamma or beta is not (C)
   */
  public static Variable groupNormSiLU(
      Variable x, Variable gamma, Variable beta, int groups, double eps) {
    return forward(x.value().like(ABSENT), groups, eps, x, gamma, beta);
  }

  /**
   * Normalizes, scales and shifts each sample's channels, and activates.
   *
   * @param x (N, ..., C) activations, channels last
   * @param gamma (C) scale
   * @param beta (C) shift
   * @param scaleShift (N, 2C) a, then b
   * @param groups number of groups; divides C
   * @param eps added to the variance, 1e-5 for example
   * @return (N, ..., C)
   * @throws ShapeException if groups does not divide C, gamma or beta is not (C), or scaleShift is not
   *     (N, 2C)
   */
  public static Variable groupNormSiLU(
      Variable x, Variable gamma, Variable beta, Variable scaleShift, int groups, double eps) {
    Expect.scaleShift("groupNormSiLU", scaleShift.shape(), x.shape());
    return forward(scaleShift.value(), groups, eps, x, gamma, beta, scaleShift);
  }

  private static Variable forward(Tensor scaleShift, int groups, double eps, Variable... inputs) {
    Tensor x = inputs[X].value(), gamma = inputs[GAMMA].value(), beta = inputs[BETA].value();
    GroupGeometry at = GroupGeometry.of(x.shape(), groups);
    Expect.perChannel("groupNormSiLU", "gamma", gamma.shape(), x.shape());
    Expect.perChannel("groupNormSiLU", "beta", beta.shape(), x.shape());

    Tensor y = x.like();
    Tensor mean = x.like(at.perGroup());
    Tensor rstd = x.like(at.perGroup());
    NormalizationKernels.of(x).groupNormSiLU(at, x, gamma, beta, scaleShift, eps, y, mean, rstd);
    return Variable.of(y, new GroupNormSiLU(at, x, gamma, beta, scaleShift, mean, rstd), inputs);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Tensor dx = x.like();
    Tensor dgamma = gamma.like();
    Tensor dbeta = beta.like();
    Tensor dscaleShift = scaleShift.like();
    NormalizationKernels.of(x)
        .groupNormSiLUGrad(
            at, x, gamma, beta, scaleShift, mean, rstd, dy, dx, dgamma, dbeta, dscaleShift);
    grads.put(X, dx);
    grads.put(GAMMA, dgamma);
    grads.put(BETA, dbeta);
    if (!scaleShift.shape().equals(ABSENT)) {
      grads.put(SCALE_SHIFT, dscaleShift);
    }
  }
}
