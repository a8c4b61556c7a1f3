package brume.autograd.function.norm;

import brume.autograd.InputGradients;
import brume.autograd.Recomputable;
import brume.autograd.Variable;
import brume.autograd.function.Expect;
import brume.autograd.function.conv.Conv2d;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.GroupGeometry;
import brume.tensor.kernel.NormalizationKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@link GroupNorm}, an optional {@link ScaleShift} and {@link brume.autograd.function.pointwise.Pointwise} in one pass, which keeps the input
 * of the first instead of the inputs of all three; and an optional {@link
 * brume.autograd.function.pointwise.Add}, which ends a residual block.
 *
 * <pre>
 *   forward    u  = (γ·x̂ + β)·(1 + a) + b     x̂ as in GroupNorm; a, b = the halves of scaleShift
 *              y  = u·σ + residual            σ = 1/(1 + e⁻ᵘ)
 *
 *   backward   du = dy·σ·(1 + u·(1 − σ))
 *              da = Σ du·(γ·x̂ + β)            Σ over positions
 *              db = Σ du
 *              dx, dγ, dβ as in GroupNorm from du·(1 + a),  dresidual = dy
 * </pre>
 *
 * @param at sizes N, P, C, G
 * @param x (N, ..., C) saved input
 * @param gamma (C) saved scale γ
 * @param beta (C) saved shift β
 * @param scaleShift (N, 2C) saved a, then b; (0) for neither
 * @param mean (N, G) saved μ
 * @param rstd (N, G) saved r
 * @param added whether there is a residual
 * @param eps saved ε
 */
public record GroupNormSiLU(
    GroupGeometry at,
    Tensor x,
    Tensor gamma,
    Tensor beta,
    Tensor scaleShift,
    Tensor mean,
    Tensor rstd,
    boolean added,
    double eps)
    implements Recomputable {

  private static final int X = 0, GAMMA = 1, BETA = 2, SCALE_SHIFT = 3, RESIDUAL = 3;
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

  /**
   * Normalizes, activates, and adds what went around.
   *
   * @param x (N, ..., C) activations, channels last
   * @param gamma (C) scale
   * @param beta (C) shift
   * @param groups number of groups; divides C
   * @param eps added to the variance, 1e-5 for example
   * @param residual (N, ..., C) added to the result
   * @return (N, ..., C)
   * @throws ShapeException if groups does not divide C, gamma or beta is not (C), or residual is not of the
   *     shape of x
   */
  public static Variable groupNormSiLU(
      Variable x, Variable gamma, Variable beta, int groups, double eps, Variable residual) {
    requireAlike(x.shape(), residual);
    return forward(x.value().like(ABSENT), groups, eps, x, gamma, beta, residual);
  }

  /**
   * What comes after a convolution in a residual block, which adds its bias on the way.
   *
   * @param conv makes x
   * @param gamma (C) scale
   * @param beta (C) shift
   * @param scaleShift (N, 2C) a, then b, if any
   * @param residual (N, ..., C) added to the result, if any; not both
   * @param groups number of groups; divides C
   * @param eps added to the variance, 1e-5 for example
   * @return (N, ..., C)
   * @throws ShapeException as of the others
   */
  public static Variable groupNormSiLU(
      Conv2d.Unbiased conv,
      Variable gamma,
      Variable beta,
      Optional<Variable> scaleShift,
      Optional<Variable> residual,
      int groups,
      double eps) {
    Shape shape = conv.y().shape();
    scaleShift.ifPresent(s -> Expect.scaleShift("groupNormSiLU", s.shape(), shape));
    residual.ifPresent(r -> requireAlike(shape, r));
    List<Variable> inputs = new ArrayList<>(List.of(conv.bias(), gamma, beta));
    scaleShift.ifPresent(inputs::add);
    residual.ifPresent(inputs::add);
    Tensor steering = scaleShift.map(Variable::value).orElseGet(() -> conv.y().like(ABSENT));
    return forward(Optional.of(conv), steering, groups, eps, inputs.toArray(Variable[]::new));
  }

  private static void requireAlike(Shape x, Variable residual) {
    ShapeException.unless(
        residual.shape().equals(x),
        "groupNormSiLU: expected a residual of the shape of x %s, got %s",
        x,
        residual.shape());
  }

  private static Variable forward(Tensor scaleShift, int groups, double eps, Variable... inputs) {
    return forward(Optional.empty(), scaleShift, groups, eps, inputs);
  }

  /** In the place of x is the bias of a convolution, if that makes x. */
  private static Variable forward(
      Optional<Conv2d.Unbiased> conv,
      Tensor scaleShift,
      int groups,
      double eps,
      Variable... inputs) {
    Tensor x = conv.map(Conv2d.Unbiased::y).orElseGet(() -> inputs[X].value());
    Tensor gamma = inputs[GAMMA].value(), beta = inputs[BETA].value();
    GroupGeometry at = GroupGeometry.of(x.shape(), groups);
    Expect.perChannel("groupNormSiLU", "gamma", gamma.shape(), x.shape());
    Expect.perChannel("groupNormSiLU", "beta", beta.shape(), x.shape());

    Tensor y = x.like();
    Tensor mean = x.like(at.perGroup());
    Tensor rstd = x.like(at.perGroup());
    boolean added = inputs.length > RESIDUAL && scaleShift.shape().equals(ABSENT);
    Optional<Tensor> bias = conv.map(unbiased -> unbiased.bias().value());
    Optional<Tensor> residual = added ? Optional.of(inputs[RESIDUAL].value()) : Optional.empty();
    NormalizationKernels.of(x)
        .groupNormSiLUInBlock(at, bias, x, gamma, beta, scaleShift, residual, eps, y, mean, rstd);
    conv.ifPresent(unbiased -> inputs[X] = unbiased.biased());
    return Variable.of(
        y, new GroupNormSiLU(at, x, gamma, beta, scaleShift, mean, rstd, added, eps), inputs);
  }

  @Override
  public void recompute(List<Tensor> inputs, Tensor y) {
    Tensor again = mean.like(), reciprocal = rstd.like(); // as they are kept already
    Optional<Tensor> residual = added ? Optional.of(inputs.get(RESIDUAL)) : Optional.empty();
    NormalizationKernels.of(y)
        .groupNormSiLUInBlock(
            at, Optional.empty(), x, gamma, beta, scaleShift, residual, eps, y, again, reciprocal);
    again.release("once the output was computed again");
    reciprocal.release("once the output was computed again");
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Tensor dx = x.like();
    Tensor dgamma = gamma.like();
    Tensor dbeta = beta.like();
    Tensor dscaleShift = scaleShift.like();
    Optional<Tensor> sums = NormalizationKernels.of(x)
        .groupNormSiLUGrad(
            at, x, gamma, beta, scaleShift, mean, rstd, dy, dx, dgamma, dbeta, dscaleShift);
    grads.put(X, dx, sums);
    grads.put(GAMMA, dgamma);
    grads.put(BETA, dbeta);
    if (added) {
      grads.put(RESIDUAL, dy);
    } else if (!scaleShift.shape().equals(ABSENT)) {
      grads.put(SCALE_SHIFT, dscaleShift);
    }
  }
}
