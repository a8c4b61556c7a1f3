package brume.autograd.function.norm;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.autograd.function.Expect;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;
import brume.tensor.kernel.GroupGeometry;
import brume.tensor.kernel.NormalizationKernels;

/**
 * Group normalization: brings each group of channels of each sample to zero mean and unit variance,
 * then scales and shifts every channel.
 *
 * <pre>
 *   forward    μ  = ⟨x⟩                       ⟨·⟩ = mean over one group of one sample
 *              r  = 1/√(⟨(x − μ)²⟩ + ε)
 *              x̂  = (x − μ)·r
 *              y  = γ·x̂ + β
 *
 *   backward   dβ = Σ dy                      Σ over samples and positions
 *              dγ = Σ dy·x̂
 *              dx = r·(γ·dy − ⟨γ·dy⟩ − x̂·⟨γ·dy·x̂⟩)
 * </pre>
 *
 * <p>One group gives layer normalization over positions and channels; C groups give instance
 * normalization.
 *
 * @param at sizes N, P, C, G
 * @param x (N, ..., C) saved input
 * @param gamma (C) saved scale γ
 * @param mean (N, G) saved μ
 * @param rstd (N, G) saved r
 * @see <a href="https://arxiv.org/abs/1803.08494">Wu and He, Group Normalization (2018), §3.1</a>
 */
public record GroupNorm(GroupGeometry at, Tensor x, Tensor gamma, Tensor mean, Tensor rstd)
    implements Differentiable {

  private static final int X = 0, GAMMA = 1, BETA = 2;

  /**
   * Normalizes.
   *
   * @param x (N, ..., C) activations, channels last
   * @param gamma (C) scale
   * @param beta (C) shift
   * @param groups number of groups; divides C
   * @param eps added to the variance, 1e-5 for example
   * @return (N, ..., C)
   * @throws ShapeException if groups does not divide C, or gamma or beta is not (C)
   */
  public static Variable groupNorm(
      Variable x, Variable gamma, Variable beta, int groups, double eps) {
    GroupGeometry at = GroupGeometry.of(x.shape(), groups);
    Expect.perChannel("groupNorm", "gamma", gamma.shape(), x.shape());
    Expect.perChannel("groupNorm", "beta", beta.shape(), x.shape());

    Tensor xs = x.value();
    Tensor y = xs.like();
    Tensor mean = xs.like(at.perGroup());
    Tensor rstd = xs.like(at.perGroup());
    NormalizationKernels.of(xs).groupNorm(at, xs, gamma.value(), beta.value(), eps, y, mean, rstd);
    return Variable.of(y, new GroupNorm(at, xs, gamma.value(), mean, rstd), x, gamma, beta);
  }

  /**
   * Normalizes without scale and shift.
   *
   * @param x (N, ..., C) activations, channels last
   * @param groups number of groups; divides C
   * @param eps added to the variance, 1e-5 for example
   * @return (N, ..., C)
   * @throws ShapeException if groups does not divide C
   */
  public static Variable groupNorm(Variable x, int groups, double eps) {
    return groupNorm(x, perChannel(x, 1), perChannel(x, 0), groups, eps);
  }

  private static Variable perChannel(Variable x, double value) {
    Tensor t = x.value().like(Shape.of(x.shape().dim(-1)));
    ElementwiseKernels.of(t).fill(value, t);
    return Variable.constant(t);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Tensor dx = x.like();
    Tensor dgamma = gamma.like();
    Tensor dbeta = gamma.like();
    NormalizationKernels.of(x).groupNormGrad(at, x, gamma, mean, rstd, dy, dx, dgamma, dbeta);
    grads.put(X, dx);
    grads.put(GAMMA, dgamma);
    grads.put(BETA, dbeta);
  }
}
