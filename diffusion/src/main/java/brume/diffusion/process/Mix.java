package brume.diffusion.process;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.MixSamples.mixSamples;

import brume.autograd.Variable;
import java.util.Arrays;

/** Mixtures in which all samples have the same shares. */
public final class Mix {

  private Mix() {}

  /**
   * Two parts.
   *
   * @param alpha α
   * @param a (N, ...)
   * @param beta β
   * @param b (N, ...)
   * @return (N, ...) α·a + β·b
   */
  public static Variable mix(double alpha, Variable a, double beta, Variable b) {
    int samples = a.shape().dim(0);
    return mixSamples(same(alpha, samples), a, same(beta, samples), b);
  }

  /**
   * One part.
   *
   * @param alpha α
   * @param a (N, ...)
   * @return (N, ...) α·a
   */
  public static Variable scaled(double alpha, Variable a) {
    return mix(alpha, a, 0, a);
  }

  /**
   * A sum with a weighted difference.
   *
   * @param x (N, ...)
   * @param alpha weight
   * @param a (N, ...)
   * @param b (N, ...)
   * @return (N, ...) x + α·(a − b)
   */
  public static Variable plusDifference(Variable x, double alpha, Variable a, Variable b) {
    return add(x, mix(alpha, a, -alpha, b));
  }

  private static double[] same(double share, int samples) {
    double[] shares = new double[samples];
    Arrays.fill(shares, share);
    return shares;
  }
}
