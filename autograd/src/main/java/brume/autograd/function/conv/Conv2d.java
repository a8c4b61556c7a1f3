package brume.autograd.function.conv;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.autograd.function.Expect;
import brume.autograd.function.linear.AddBias;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ConvGeometry;
import brume.tensor.kernel.ConvolutionKernels;
import java.util.Optional;

/**
 * Two-dimensional convolution; on images of height one, a one-dimensional one. With s the stride and d
 * the dilation:
 *
 * <pre>
 *   forward    y[n, i, j, o] = Σ x[n, i·s + p·d − pad, j·s + q·d − pad, c]·w[o, p, q, c]
 *                                       + b[o] + residual[n, i, j, o]
 *                                       over p, q inside the image and the channels c of o's group
 *
 *   backward   dx[n, h, v, c] = Σ dy[n, i, j, o]·w[o, p, q, c]      over all o, p, q, i, j with
 *                                       i·s + p·d − pad = h and j·s + q·d − pad = v
 *              dw[o, p, q, c] = Σ dy[n, i, j, o]·x[n, i·s + p·d − pad, j·s + q·d − pad, c]
 *              db[o]          = Σ dy[n, i, j, o],  dresidual = dy
 * </pre>
 *
 * @param at sizes
 * @param x (N, H, W, Cin) saved input
 * @param w (Cout, KH, KW, Cin / groups) saved filters
 * @param biased whether there is a b
 * @param added whether there is a residual
 */
public record Conv2d(ConvGeometry at, Tensor x, Tensor w, boolean biased, boolean added)
    implements Differentiable {

  private static final int X = 0, W = 1, BIAS = 2, RESIDUAL = 3;

  /**
   * Convolves without bias.
   *
   * @param x (N, H, W, Cin)
   * @param w (Cout, KH, KW, Cin / groups)
   * @param window stride, padding, dilation, groups
   * @return (N, OH, OW, Cout)
   * @throws ShapeException if the channels do not fit or the filters do not fit into the image
   */
  public static Variable conv2d(Variable x, Variable w, ConvGeometry.Window window) {
    ConvGeometry at = ConvGeometry.of(x.shape(), w.shape(), window);
    return Variable.of(forward(at, x, w), new Conv2d(at, x.value(), w.value(), false, false), x, w);
  }

  /**
   * Convolves and adds a bias.
   *
   * @param x (N, H, W, Cin)
   * @param w (Cout, KH, KW, Cin / groups)
   * @param bias (Cout)
   * @param window stride, padding, dilation, groups
   * @return (N, OH, OW, Cout)
   * @throws ShapeException if the channels do not fit, the filters do not fit into the image, or
   *     {@code bias} is not (Cout)
   */
  public static Variable conv2d(Variable x, Variable w, Variable bias, ConvGeometry.Window window) {
    return plus(window, x, w, bias);
  }

  /**
   * Convolves, adds a bias, and what went around.
   *
   * @param x (N, H, W, Cin)
   * @param w (Cout, KH, KW, Cin / groups)
   * @param bias (Cout)
   * @param residual (N, OH, OW, Cout)
   * @param window stride, padding, dilation, groups
   * @return (N, OH, OW, Cout)
   * @throws ShapeException as without a residual, or if {@code residual} is not of the shape of the result
   */
  public static Variable conv2d(
      Variable x, Variable w, Variable bias, Variable residual, ConvGeometry.Window window) {
    return plus(window, x, w, bias, residual);
  }

  /** In the order of the inputs' numbers; there need not be a residual. */
  private static Variable plus(ConvGeometry.Window window, Variable... inputs) {
    ConvGeometry at = geometry(inputs[X], inputs[W], inputs[BIAS], window);
    boolean added = inputs.length > RESIDUAL;
    Optional<Tensor> residual = added ? Optional.of(inputs[RESIDUAL].value()) : Optional.empty();
    ShapeException.unless(
        !added || inputs[RESIDUAL].shape().equals(at.y()),
        "conv2d: expected a residual of the shape of the result %s, got %s",
        at.y(),
        inputs[inputs.length - 1].shape());
    Tensor x = inputs[X].value(), w = inputs[W].value(), y = x.like(at.y());
    ConvolutionKernels.of(y).conv2dPlus(at, x, w, inputs[BIAS].value(), residual, y);
    return Variable.of(y, new Conv2d(at, x, w, true, added), inputs);
  }

  /**
   * A convolution whose bias is yet to be added, by whoever reads it first.
   *
   * @param x (N, H, W, Cin)
   * @param w (Cout, KH, KW, Cin / groups)
   * @param bias (Cout)
   * @param at sizes
   * @param y (N, OH, OW, Cout) what it is added to, in place
   */
  public record Unbiased(Variable x, Variable w, Variable bias, ConvGeometry at, Tensor y)
      implements brume.autograd.function.Unbiased {

    @Override
    public Variable biased() {
      return Variable.of(y, new Conv2d(at, x.value(), w.value(), true, false), x, w, bias);
    }
  }

  /**
   * Convolves, and leaves the bias to a function that goes through the result anyway.
   *
   * @param x (N, H, W, Cin)
   * @param w (Cout, KH, KW, Cin / groups)
   * @param bias (Cout)
   * @param window stride, padding, dilation, groups
   * @return the convolution
   * @throws ShapeException as of {@link #conv2d(Variable, Variable, Variable, ConvGeometry.Window)}
   */
  public static Unbiased unbiased(
      Variable x, Variable w, Variable bias, ConvGeometry.Window window) {
    ConvGeometry at = geometry(x, w, bias, window);
    return new Unbiased(x, w, bias, at, forward(at, x, w));
  }

  private static ConvGeometry geometry(
      Variable x, Variable w, Variable bias, ConvGeometry.Window window) {
    ConvGeometry at = ConvGeometry.of(x.shape(), w.shape(), window);
    Expect.perOutput("conv2d", bias.shape(), w.shape());
    return at;
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    if (added) {
      grads.put(RESIDUAL, dy);
    }
    putInputGradient(dy, grads);
    grads.put(W, () -> {
      Tensor dw = w.like();
      ConvolutionKernels.of(x).conv2dFilterGrad(at, x, dy, dw);
      return dw;
    });
    if (biased) {
      grads.put(BIAS, () -> grads.sums().orElseGet(() -> AddBias.biasGradient(dy)));
    }
  }

  private void putInputGradient(Tensor dy, InputGradients grads) {
    if (!grads.wants(X)) {
      return;
    }
    Optional<Tensor> before = grads.accumulator(X);
    if (before.isPresent()) {
      ConvolutionKernels.of(x).addConv2dInputGrad(at, w, dy, before.get());
      grads.putTotal(X, before.get());
    } else {
      Tensor dx = x.like();
      ConvolutionKernels.of(x).conv2dInputGrad(at, w, dy, dx);
      grads.put(X, dx);
    }
  }

  private static Tensor forward(ConvGeometry at, Variable x, Variable w) {
    Tensor y = x.value().like(at.y());
    ConvolutionKernels.of(y).conv2d(at, x.value(), w.value(), y);
    return y;
  }
}
