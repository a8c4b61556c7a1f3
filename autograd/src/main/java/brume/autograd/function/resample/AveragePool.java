package brume.autograd.function.resample;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.autograd.function.Expect;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ResamplingKernels;

/**
 * Mean over blocks of pixels; what is left of an odd size is dropped.
 *
 * <pre>
 *   y[n, i, j, c] = Σ x over the f×f block of (i, j)/f²
 *   dx            = dy[n, ⌊i/f⌋, ⌊j/f⌋, c]/f², 0 outside the blocks
 * </pre>
 *
 * @param x saved shape of the input
 * @param factor saved f
 */
public record AveragePool(Shape x, int factor) implements Differentiable {

  /**
   * Reduces images.
   *
   * @param x (N, H, W, C)
   * @param factor f, at least 1
   * @return (N, ⌊H/f⌋, ⌊W/f⌋, C)
   * @throws ShapeException if {@code x} is not (N, H, W, C), {@code factor} is below 1, or the result
   *     would be empty
   */
  public static Variable averagePool(Variable x, int factor) {
    Expect.image("averagePool", x.shape());
    Expect.factor("averagePool", factor, x.shape());
    Shape in = x.shape();
    ShapeException.unless(
        in.dim(1) >= factor && in.dim(2) >= factor,
        "averagePool: expected images of at least %d×%d pixels, got x %s",
        factor,
        factor,
        in);
    Tensor y =
        x.value().like(Shape.of(in.dim(0), in.dim(1) / factor, in.dim(2) / factor, in.dim(3)));
    ResamplingKernels.of(y).averagePool(x.value(), factor, y);
    return Variable.of(y, new AveragePool(in, factor), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Tensor dx = dy.like(x);
    ResamplingKernels.of(dy).averagePoolGrad(dy, factor, dx);
    grads.put(0, dx);
  }
}
