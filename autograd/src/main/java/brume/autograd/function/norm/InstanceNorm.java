package brume.autograd.function.norm;

import static brume.autograd.function.norm.GroupNorm.groupNorm;

import brume.autograd.Variable;
import brume.tensor.ShapeException;

/**
 * Instance normalization: brings each channel of each sample to zero mean and unit variance over its
 * positions. It is {@link GroupNorm} with a group for every channel.
 *
 * @see <a href="https://arxiv.org/abs/1607.08022">Ulyanov et al., Instance Normalization (2016)</a>
 */
public final class InstanceNorm {

  private InstanceNorm() {}

  /**
   * Normalizes.
   *
   * @param x (N, ..., C)
   * @param eps added to the variance, 1e-5 for example
   * @return (N, ..., C)
   * @throws ShapeException if {@code x} is not (N, ..., C)
   */
  public static Variable instanceNorm(Variable x, double eps) {
    return groupNorm(x, x.shape().dim(-1), eps);
  }

  /**
   * Normalizes, then scales and shifts every channel.
   *
   * @param x (N, ..., C)
   * @param gamma (C) scale
   * @param beta (C) shift
   * @param eps added to the variance, 1e-5 for example
   * @return (N, ..., C)
   * @throws ShapeException if {@code x} is not (N, ..., C), or gamma or beta is not (C)
   */
  public static Variable instanceNorm(Variable x, Variable gamma, Variable beta, double eps) {
    return groupNorm(x, gamma, beta, x.shape().dim(-1), eps);
  }
}
