package brume.autograd.function.pointwise;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;
import java.util.function.Supplier;

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
    requireAlike(a, b, alpha.length, beta.length);
    Shape samples = Shape.of(alpha.length);
    Device device = a.value().device();
    return mixed(
        new MixSamples(Tensor.of(device, samples, alpha), Tensor.of(device, samples, beta)), a, b);
  }

  /**
   * The same with factors that are others when recorded work is repeated: a repetition asks for them.
   *
   * @param alpha asks for the (N) factors of a
   * @param a (N, ...) first variable
   * @param beta asks for the (N) factors of b
   * @param b (N, ...) second variable
   * @return (N, ...) α[n]·a[n] + β[n]·b[n]
   * @throws ShapeException if the shapes differ or the factors are not as many as the samples
   */
  public static Variable mixSamples(
      Supplier<double[]> alpha, Variable a, Supplier<double[]> beta, Variable b) {
    requireAlike(a, b, alpha.get().length, beta.get().length);
    Shape samples = Shape.of(a.shape().dim(0));
    Device device = a.value().device();
    return mixed(
        new MixSamples(
            Tensor.renewed(device, samples, alpha), Tensor.renewed(device, samples, beta)),
        a,
        b);
  }

  private static void requireAlike(Variable a, Variable b, int alphas, int betas) {
    Shape shape = a.shape();
    ShapeException.unless(
        shape.equals(b.shape()),
        "mixSamples: expected two equal shapes, got a %s and b %s",
        shape,
        b.shape());
    ShapeException.unless(
        shape.rank() > 0 && alphas == shape.dim(0) && betas == alphas,
        "mixSamples: expected one factor per sample of a %s, got %d and %d",
        shape,
        alphas,
        betas);
  }

  private static Variable mixed(MixSamples step, Variable a, Variable b) {
    Tensor y = a.value().like();
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
