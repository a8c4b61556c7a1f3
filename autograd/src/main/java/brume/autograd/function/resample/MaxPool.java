package brume.autograd.function.resample;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.PoolGeometry;
import brume.tensor.kernel.ResamplingKernels;

/**
 * Largest number of each window, channel by channel.
 *
 * <pre>
 *   y[n, i, j, c] = max x                          over the pixels of window (i, j) inside the image
 *   dx[n, h, w, c] = Σ dy[n, i, j, c]              over the windows whose first maximum x[n, h, w, c] is
 * </pre>
 *
 * @param at sizes
 * @param x (N, H, W, C) saved input
 */
public record MaxPool(PoolGeometry at, Tensor x) implements Differentiable {

  /**
   * Reduces images.
   *
   * @param x (N, H, W, C)
   * @param window size, stride, padding, dilation
   * @return (N, OH, OW, C)
   * @throws ShapeException if {@code x} is not (N, H, W, C) or smaller than a window
   */
  public static Variable maxPool(Variable x, PoolGeometry.Window window) {
    PoolGeometry at = PoolGeometry.of(x.shape(), window);
    Tensor y = x.value().like(at.y());
    ResamplingKernels.of(y).maxPool(at, x.value(), y);
    return Variable.of(y, new MaxPool(at, x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Tensor dx = x.like();
    ResamplingKernels.of(x).maxPoolGrad(at, x, dy, dx);
    grads.put(0, dx);
  }
}
