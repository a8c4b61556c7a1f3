package brume.autograd.function.magnitude;

import static brume.autograd.function.pointwise.MixSamples.mixSamples;

import brume.autograd.Variable;
import brume.tensor.ShapeException;
import java.util.Arrays;

/**
 * A sum whose magnitude is that of its operands, if these are alike and independent:
 *
 * <pre>
 *   y = ((1 − t)·a + t·b)/√((1 − t)² + t²)
 * </pre>
 */
public final class MpAdd {

  private MpAdd() {}

  /**
   * Adds.
   *
   * @param a (N, ...)
   * @param b (N, ...)
   * @param t share of b, from 0 to 1
   * @return (N, ...)
   * @throws ShapeException if the shapes differ or have no axis
   */
  public static Variable mpAdd(Variable a, Variable b, double t) {
    ShapeException.unless(
        a.shape().rank() > 0 && a.shape().equals(b.shape()),
        "mpAdd: expected two equal shapes, got a %s and b %s",
        a.shape(),
        b.shape());
    double length = Math.hypot(1 - t, t);
    int samples = a.shape().dim(0);
    return mixSamples(same((1 - t) / length, samples), a, same(t / length, samples), b);
  }

  private static double[] same(double factor, int samples) {
    double[] factors = new double[samples];
    Arrays.fill(factors, factor);
    return factors;
  }
}
