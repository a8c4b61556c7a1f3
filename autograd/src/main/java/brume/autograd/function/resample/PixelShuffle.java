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
 * Moves channels into blocks of pixels, losing nothing.
 *
 * <pre>
 *   y[n, i·f + p, j·f + q, c] = x[n, i, j, c·f² + p·f + q]
 *   dx = pixelUnshuffle(dy)
 * </pre>
 *
 * @param factor saved f
 * @see <a href="https://arxiv.org/abs/1609.05158">Shi et al., Real-Time Single Image and Video
 *     Super-Resolution (2016), §3.2</a>
 */
public record PixelShuffle(int factor) implements Differentiable {

  /**
   * Moves channels into blocks of pixels.
   *
   * @param x (N, H, W, C·f²), in PyTorch's order of channels
   * @param factor f, at least 1
   * @return (N, f·H, f·W, C)
   * @throws ShapeException if f² does not divide the channels
   */
  public static Variable pixelShuffle(Variable x, int factor) {
    Expect.image("pixelShuffle", x.shape());
    Expect.factor("pixelShuffle", factor, x.shape());
    ShapeException.unless(
        x.shape().dim(3) % ((long) factor * factor) == 0,
        "pixelShuffle: expected factor² to divide the channels, got factor = %d and x %s",
        factor,
        x.shape());
    return Variable.of(shuffled(x.value(), factor), new PixelShuffle(factor), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, PixelUnshuffle.unshuffled(dy, factor));
  }

  static Tensor shuffled(Tensor x, int factor) {
    Shape in = x.shape();
    int height = Expect.size("pixelShuffle", (long) in.dim(1) * factor, in);
    int width = Expect.size("pixelShuffle", (long) in.dim(2) * factor, in);
    int channels = (int) (in.dim(3) / ((long) factor * factor));
    Tensor y = x.like(Shape.of(in.dim(0), height, width, channels));
    ResamplingKernels.of(x).pixelShuffle(x, factor, y);
    return y;
  }
}
