package brume.diffusion.process;

import static brume.autograd.function.pointwise.Clamp.clamp;

import brume.autograd.Variable;

/** What is known about the range of data, applied to estimates of them. */
@FunctionalInterface
public interface Clipping {

  /**
   * Brings an estimate into range.
   *
   * @param x0 (N, ...) estimate of the data
   * @return (N, ...) the estimate that is used
   */
  Variable apply(Variable x0);

  /**
   * Leaves estimates alone.
   *
   * @return no clipping
   */
  static Clipping none() {
    return x0 -> x0;
  }

  /**
   * Limits estimates to [−1, 1], the range of images.
   *
   * @return clipping at ±1
   */
  static Clipping unit() {
    return at(1);
  }

  /**
   * Limits estimates.
   *
   * @param limit largest magnitude
   * @return clipping at ±limit
   */
  static Clipping at(double limit) {
    return x0 -> clamp(x0, -limit, limit);
  }

  /**
   * Limits every sample to the range that holds most of it, then scales it to [−1, 1]. Without
   * gradient: for sampling only.
   *
   * @param quantile part of a sample's values that stay unlimited, in (0, 1]
   * @param largest limit that is never exceeded, at least 1
   * @return dynamic thresholding
   * @see <a href="https://arxiv.org/abs/2205.11487">Saharia et al., Photorealistic Text-to-Image
   *     Diffusion Models with Deep Language Understanding (2022), section 2.3</a>
   */
  static Clipping dynamic(double quantile, double largest) {
    return new DynamicThreshold(quantile, largest);
  }
}
