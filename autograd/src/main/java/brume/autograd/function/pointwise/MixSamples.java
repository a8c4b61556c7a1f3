package brume.autograd.function.pointwise;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;

/**
 * Linear combination of two tensors with factors of its own for every sample, as diffusion models
 * need it where every sample has its own time.
 *
 * <pre>
 *   y[n]  = α[n]·a[n] + β[n]·b[n]
 *   da[n] = α[n]·dy[n],  db[n] = β[n]·dy[n]
 * </pre>
 *
 * @param alpha (N) factors of a
 * @param beta (N) factors of b
 */
public record MixSamples(Tensor alpha, Tensor beta) implements Differentiable {

  /**
   * Mixes two variables sample by sample.
   *
   * @param alpha (N) factors of a
   * @param a (N, ...) first variable
   * @param beta (N) factors of b
   * @param b (N, ...) second variable
   * @return (N, ...) α[n]·a[n] + β[n]·b[n]
   * @throws ShapeException if the shapes differ or the factors are not as many as the samples
   */
  public static Variable mixSamples(double[] alpha, Variable a, double[] beta, Variable b) {
    Shape shape = a.shape();
    ShapeException.unless(
        shape.equals(b.shape()),
        "mixSamples: expected two equal shapes, got a %s and b %s",
        shape,
        b.shape());
    ShapeException.unless(
        shape.rank() > 0 && alpha.length == shape.dim(0) && beta.length == alpha.length,
        "mixSamples: expected one factor per sample of a %s, got %d and %d",
        shape,
        alpha.length,
        beta.length);
    Tensor y = a.value().like();
    MixSamples step = new MixSamples(
        Tensor.of(y.device(), Shape.of(alpha.length), alpha),
        Tensor.of(y.device(), Shape.of(beta.length), beta));
    ElementwiseKernels.of(y).mixSamples(step.alpha, a.value(), step.beta, b.value(), y);
    return Variable.of(y, step, a, b);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, () -> scaled(alpha, dy));
    grads.put(1, () -> scaled(beta, dy));
  }

  private static Tensor scaled(Tensor factors, Tensor dy) {
    Tensor none = factors.like(), y = dy.like();
    ElementwiseKernels.of(none).fill(0, none);
    ElementwiseKernels.of(y).mixSamples(factors, dy, none, dy, y);
    none.release("by the backward pass of mixSamples");
    return y;
  }
}
