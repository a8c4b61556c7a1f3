package brume.tensor.math;

import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;

/**
 * Sums, differences and mixtures, element by element. Every result is a new tensor, owned by the
 * innermost scope; nothing is recorded for a backward pass.
 */
public final class Arithmetic {

  private Arithmetic() {}

  /**
   * Sum of two tensors.
   *
   * @param a first summand
   * @param b second summand, of the same shape
   * @return a + b
   * @throws ShapeException if the shapes differ
   */
  public static Tensor plus(Tensor a, Tensor b) {
    requireSameShape("plus", a, b);
    Tensor y = a.like();
    ElementwiseKernels.of(y).add(a, b, y);
    return y;
  }

  /**
   * Difference of two tensors.
   *
   * @param a what to subtract from
   * @param b what to subtract, of the same shape
   * @return a − b
   * @throws ShapeException if the shapes differ
   */
  public static Tensor minus(Tensor a, Tensor b) {
    requireSameShape("minus", a, b);
    return mix(1, a, -1, b);
  }

  /**
   * Product of two tensors, element by element.
   *
   * @param a first factor
   * @param b second factor, of the same shape
   * @return a·b
   * @throws ShapeException if the shapes differ
   */
  public static Tensor times(Tensor a, Tensor b) {
    requireSameShape("times", a, b);
    Tensor y = a.like();
    ElementwiseKernels.of(y).multiply(a, b, y);
    return y;
  }

  /**
   * Multiple of a tensor.
   *
   * @param alpha factor
   * @param x any tensor
   * @return α·x
   */
  public static Tensor scaled(double alpha, Tensor x) {
    return affine(alpha, x, 0);
  }

  /**
   * Multiple of a tensor, shifted.
   *
   * @param alpha factor
   * @param x any tensor
   * @param beta summand
   * @return α·x + β
   */
  public static Tensor affine(double alpha, Tensor x, double beta) {
    Tensor y = x.like();
    ElementwiseKernels.of(y).affine(alpha, x, beta, y);
    return y;
  }

  /**
   * Linear combination of two tensors.
   *
   * @param alpha factor of a
   * @param a first tensor
   * @param beta factor of b
   * @param b second tensor, of the same shape
   * @return α·a + β·b
   * @throws ShapeException if the shapes differ
   */
  public static Tensor mix(double alpha, Tensor a, double beta, Tensor b) {
    requireSameShape("mix", a, b);
    Tensor y = a.like();
    ElementwiseKernels.of(y).mix(alpha, a, beta, b, y);
    return y;
  }

  /**
   * Linear combination of two tensors with factors of its own for every sample.
   *
   * @param alpha (N) factors of a
   * @param a (N, ...) first tensor
   * @param beta (N) factors of b
   * @param b (N, ...) second tensor, of the same shape
   * @return (N, ...) α[n]·a[n] + β[n]·b[n]
   * @throws ShapeException if the shapes differ or the factors are not as many as the samples
   */
  public static Tensor mixSamples(double[] alpha, Tensor a, double[] beta, Tensor b) {
    requireSameShape("mixSamples", a, b);
    ShapeException.unless(
        a.shape().rank() > 0 && alpha.length == a.shape().dim(0) && beta.length == alpha.length,
        "mixSamples: expected one factor per sample of a %s, got %d and %d",
        a.shape(),
        alpha.length,
        beta.length);
    Tensor y = a.like();
    ElementwiseKernels.of(y).mixSamples(perSample(a, alpha), a, perSample(a, beta), b, y);
    return y;
  }

  /**
   * A tensor limited to a range.
   *
   * @param x any tensor
   * @param low smallest result
   * @param high largest result
   * @return x, or the limit it exceeds
   */
  public static Tensor clamp(Tensor x, double low, double high) {
    Tensor y = x.like();
    ElementwiseKernels.of(y).clamp(x, low, high, y);
    return y;
  }

  private static Tensor perSample(Tensor x, double[] factors) {
    return Tensor.of(x.device(), Shape.of(factors.length), factors);
  }

  private static void requireSameShape(String function, Tensor a, Tensor b) {
    ShapeException.unless(
        a.shape().equals(b.shape()),
        "%s: expected two equal shapes, got a %s and b %s",
        function,
        a.shape(),
        b.shape());
  }
}
