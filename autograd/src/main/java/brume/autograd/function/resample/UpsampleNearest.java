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

/**
 * Repeats every pixel in both directions.
 *
 * <pre>
 *   y[n, i, j, c]  = x[n, ⌊i/f⌋, ⌊j/f⌋, c]
 *   dx[n, i, j, c] = Σ dy over the f×f block of pixel (i, j)
 * </pre>
 *
 * @param x saved shape of the input
 * @param factor saved f
 */
public record UpsampleNearest(Shape x, int factor) implements Recomputable {

  /**
   * Enlarges images.
   *
   * @param x (N, H, W, C)
   * @param factor f, at least 1
   * @return (N, f·H, f·W, C)
   * @throws ShapeException if {@code x} is not (N, H, W, C) or {@code factor} is below 1
   */
  public static Variable upsampleNearest(Variable x, int factor) {
    Expect.image("upsampleNearest", x.shape());
    Expect.factor("upsampleNearest", factor, x.shape());
    Shape in = x.shape();
    int height = Expect.size("upsampleNearest", (long) in.dim(1) * factor, in);
    int width = Expect.size("upsampleNearest", (long) in.dim(2) * factor, in);
    Tensor y = x.value().like(Shape.of(in.dim(0), height, width, in.dim(3)));
    ResamplingKernels.of(y).upsampleNearest(x.value(), factor, y);
    return Variable.of(y, new UpsampleNearest(in, factor), x);
  }

  @Override
  public void recompute(List<Tensor> inputs, Tensor y) {
    ResamplingKernels.of(y).upsampleNearest(inputs.get(0), factor, y);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Tensor dx = dy.like(x);
    ResamplingKernels.of(dy).upsampleNearestGrad(dy, factor, dx);
    grads.put(0, dx);
  }
}
