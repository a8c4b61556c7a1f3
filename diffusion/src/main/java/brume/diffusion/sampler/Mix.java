package brume.diffusion.sampler;

import static brume.autograd.function.pointwise.MixSamples.mixSamples;

import brume.autograd.Variable;
import java.util.Arrays;

/** Mixtures in which all samples have the same shares. */
final class Mix {

  private Mix() {}

  /** (N, ...) α·a + β·b. */
  static Variable mix(double alpha, Variable a, double beta, Variable b) {
    int samples = a.shape().dim(0);
    return mixSamples(same(alpha, samples), a, same(beta, samples), b);
  }

  /** (N, ...) α·a. */
  static Variable scaled(double alpha, Variable a) {
    return mix(alpha, a, 0, a);
  }

  private static double[] same(double share, int samples) {
    double[] shares = new double[samples];
    Arrays.fill(shares, share);
    return shares;
  }
}
