package brume.diffusion.process;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.MixSamples.mixSamples;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.tensor.math.Arithmetic;
import java.util.Arrays;
import java.util.function.Supplier;

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
    if (!Tape.isRecording()) {
      return untaped(alpha, a, beta, b);
    }
    int samples = a.shape().dim(0);
    return mixSamples(same(alpha, samples), a, same(beta, samples), b);
  }

  /**
   * Two parts with shares of each sample. In a sampler, where all of them are at one time, that is {@link
   * #mix}.
   *
   * @param alpha asks for (N) shares of a, again when recorded work is repeated
   * @param a (N, ...)
   * @param beta asks for (N) shares of b
   * @param b (N, ...)
   * @return (N, ...) α[n]·a[n] + β[n]·b[n]
   */
  static Variable ofSamples(
      Supplier<double[]> alpha, Variable a, Supplier<double[]> beta, Variable b) {
    if (!Tape.isRecording()) {
      double[] ofA = alpha.get(), ofB = beta.get();
      if (areAlike(ofA) && areAlike(ofB)) {
        return untaped(ofA[0], a, ofB[0], b);
      }
    }
    return mixSamples(alpha, a, beta, b);
  }

  /** The same bits; shares that are arguments of a kernel need not be copied to the device. */
  private static Variable untaped(double alpha, Variable a, double beta, Variable b) {
    return Variable.constant(Arithmetic.mix(alpha, a.value(), beta, b.value()));
  }

  private static boolean areAlike(double[] shares) {
    return shares.length > 0 && Arrays.stream(shares).allMatch(share -> share == shares[0]);
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
