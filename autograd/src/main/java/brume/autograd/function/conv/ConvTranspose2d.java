package brume.autograd.function.conv;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.autograd.function.Expect;
import brume.autograd.function.linear.AddBias;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ConvGeometry;
import brume.tensor.kernel.ConvolutionKernels;
import brume.tensor.kernel.ElementwiseKernels;

/**
 * Transposed convolution: what the gradient of a convolution does to its output, used forward. It
 * undoes the shape of the convolution with the same filters and window.
 *
 * <pre>
 *   y[n, i·s + p·d − pad, j·s + q·d − pad, c] += x[n, i, j, o]·w[o, p, q, c]       then + b[c]
 *
 *   dx = conv2d(dy, w),  dw = gradient of conv2d's filters with dy as image and x as dy,  db = Σ dy
 * </pre>
 *
 * @param at sizes of the convolution whose gradient this is: its image is y, its result is x
 * @param x (N, H, W, Cin) saved input
 * @param w (Cin, KH, KW, Cout / groups) saved filters
 * @param biased whether there is a b
 */
public record ConvTranspose2d(ConvGeometry at, Tensor x, Tensor w, boolean biased)
    implements Differentiable {

  private static final int X = 0, W = 1, BIAS = 2;

  /**
   * Convolves, transposed, without bias.
   *
   * @param x (N, H, W, Cin)
   * @param w (Cin, KH, KW, Cout / groups)
   * @param window stride, padding, dilation, groups of the convolution that is transposed
   * @param extraH rows added at the bottom of the result, fewer than the stride or the dilation
   * @param extraW columns added at its right, likewise
   * @return (N, (H − 1)·s − padding + d·(KH − 1) + 1 + extraH, likewise for W, Cout)
   * @throws ShapeException if the channels do not fit or the result would be empty
   */
  public static Variable convTranspose2d(
      Variable x, Variable w, ConvGeometry.Window window, int extraH, int extraW) {
    ConvGeometry at = geometry(x.shape(), w.shape(), window, extraH, extraW);
    Tensor y = forward(at, x, w);
    return Variable.of(y, new ConvTranspose2d(at, x.value(), w.value(), false), x, w);
  }

  /**
   * Convolves, transposed, and adds a bias.
   *
   * @param x (N, H, W, Cin)
   * @param w (Cin, KH, KW, Cout / groups)
   * @param bias (Cout)
   * @param window stride, padding, dilation, groups of the convolution that is transposed
   * @param extraH rows added at the bottom of the result, fewer than the stride or the dilation
   * @param extraW columns added at its right, likewise
   * @return (N, (H − 1)·s − padding + d·(KH − 1) + 1 + extraH, likewise for W, Cout)
   * @throws ShapeException if the channels do not fit, the result would be empty, or {@code bias} is
   *     not (Cout)
   */
  public static Variable convTranspose2d(
      Variable x, Variable w, Variable bias, ConvGeometry.Window window, int extraH, int extraW) {
    ConvGeometry at = geometry(x.shape(), w.shape(), window, extraH, extraW);
    Expect.perChannel("convTranspose2d", "bias", bias.shape(), at.x());
    Tensor y = forward(at, x, w);
    ElementwiseKernels.of(y).addPerChannel(y, bias.value(), y);
    return Variable.of(y, new ConvTranspose2d(at, x.value(), w.value(), true), x, w, bias);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(X, () -> {
      Tensor dx = x.like();
      ConvolutionKernels.of(x).conv2d(at, dy, w, dx);
      return dx;
    });
    grads.put(W, () -> {
      Tensor dw = w.like();
      ConvolutionKernels.of(x).conv2dFilterGrad(at, dy, x, dw);
      return dw;
    });
    if (biased) {
      grads.put(BIAS, () -> AddBias.biasGradient(dy));
    }
  }

  private static Tensor forward(ConvGeometry at, Variable x, Variable w) {
    Tensor y = x.value().like(at.x());
    ConvolutionKernels.of(y).conv2dInputGrad(at, w.value(), x.value(), y);
    return y;
  }

  private static ConvGeometry geometry(
      Shape x, Shape w, ConvGeometry.Window window, int extraH, int extraW) {
    Expect.image("convTranspose2d", x);
    ShapeException.unless(
        w.rank() == 4 && w.dim(0) == x.dim(3),
        "convTranspose2d: expected weight (Cin, KH, KW, Cout / groups) with Cin = %d as in x %s, got"
            + " weight %s",
        x.dim(3),
        x,
        w);
    long padH = (long) window.top() + window.bottom(), padW = (long) window.left() + window.right();
    long h = (x.dim(1) - 1L) * window.strideH() + window.dilationH() * (w.dim(1) - 1L) + 1;
    long v = (x.dim(2) - 1L) * window.strideW() + window.dilationW() * (w.dim(2) - 1L) + 1;
    h += extraH - padH;
    v += extraW - padW;
    ShapeException.unless(
        h > 0 && v > 0,
        "convTranspose2d: expected a result of one pixel or more, got (%d, %d) from x %s, weight %s"
            + " and %s",
        h,
        v,
        x,
        w,
        window);
    Shape y = Shape.of(
        x.dim(0),
        Expect.size("convTranspose2d", h, x),
        Expect.size("convTranspose2d", v, x),
        Expect.size("convTranspose2d", (long) w.dim(3) * window.groups(), w));
    ConvGeometry at = ConvGeometry.of(y, w, window);
    ShapeException.unless(
        at.y().equals(x) && extraH >= 0 && extraW >= 0,
        "convTranspose2d: expected fewer extra rows and columns than the stride, got (%d, %d) with"
            + " %s",
        extraH,
        extraW,
        window);
    return at;
  }
}
