package brume.autograd.function.resample;

import brume.autograd.InputGradients;
import brume.autograd.Recomputable;
import brume.autograd.Variable;
import brume.autograd.function.Expect;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ResamplingKernels;
import java.util.List;
import java.util.Optional;

/**
 * Moves blocks of pixels into the channels, losing nothing.
 *
 * <pre>
 *   y[n, i, j, c·f² + p·f + q] = x[n, i·f + p, j·f + q, c]
 *   dx = pixelShuffle(dy)
 * </pre>
 *
 * @param factor saved f
 */
public record PixelUnshuffle(int factor) implements Recomputable {

  /**
   * Moves blocks of pixels into the channels.
   *
   * @param x (N, f·H, f·W, C)
   * @param factor f, at least 1
   * @return (N, H, W, C·f²), in PyTorch's order of channels
   * @throws ShapeException if f does not divide height and width
   */
  public static Variable pixelUnshuffle(Variable x, int factor) {
    Expect.image("pixelUnshuffle", x.shape());
    Expect.factor("pixelUnshuffle", factor, x.shape());
    ShapeException.unless(
        x.shape().dim(1) % factor == 0 && x.shape().dim(2) % factor == 0,
        "pixelUnshuffle: expected factor to divide height and width, got factor = %d and x %s",
        factor,
        x.shape());
    return Variable.of(unshuffled(x.value(), factor), new PixelUnshuffle(factor), x);
  }

  @Override
  public void recompute(List<Tensor> inputs, Tensor y) {
    ResamplingKernels.of(y).pixelUnshuffle(inputs.get(0), factor, y);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Optional<Tensor> before = grads.accumulator(0);
    if (before.isPresent()) {
      ResamplingKernels.of(dy).addPixelShuffle(dy, factor, before.get());
      grads.putTotal(0, before.get());
    } else {
      grads.put(0, PixelShuffle.shuffled(dy, factor));
    }
  }

  static Tensor unshuffled(Tensor x, int factor) {
    Shape in = x.shape();
    // Below 2^31 squared: what divides height and width, of at least a pixel, is no larger than
    // they.
    long perBlock = Expect.size("pixelUnshuffle", (long) factor * factor, in);
    int channels = Expect.size("pixelUnshuffle", in.dim(3) * perBlock, in);
    Tensor y = x.like(Shape.of(in.dim(0), in.dim(1) / factor, in.dim(2) / factor, channels));
    ResamplingKernels.of(x).pixelUnshuffle(x, factor, y);
    return y;
  }
}
