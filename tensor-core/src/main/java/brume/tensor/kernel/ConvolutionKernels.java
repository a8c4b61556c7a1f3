package brume.tensor.kernel;

import brume.tensor.DType;
import brume.tensor.Scope;
import brume.tensor.Tensor;
import java.util.Optional;

/**
 * Two-dimensional cross-correlation, which this field calls convolution, and its two gradients. A
 * signal is an image of height one.
 */
public interface ConvolutionKernels {

  /**
   * The kernels of the device that holds {@code t}.
   *
   * @param t any tensor
   * @return its kernels
   */
  static ConvolutionKernels of(Tensor t) {
    return Backend.of(t).convolution();
  }

  /**
   * Convolution, without bias:
   *
   * <pre>
   *   y[n, i, j, o] = Σ x[n, i·s + p·d − pad, j·s + q·d − pad, c]·w[o, p, q, c]
   * </pre>
   *
   * <p>summed over the filter's positions p, q inside the image and the channels c of o's group.
   *
   * @param at sizes
   * @param x (N, H, W, Cin) image
   * @param w (Cout, KH, KW, Cin / groups) filters, perhaps of {@linkplain DType#isHalf() half width}
   * @param y (N, OH, OW, Cout) result
   */
  void conv2d(ConvGeometry at, Tensor x, Tensor w, Tensor y);

  /**
   * {@link #conv2d} and what is added to its result: y = conv(x) + b + residual.
   *
   * @param at sizes
   * @param x (N, H, W, Cin) image
   * @param w (Cout, KH, KW, Cin / groups) filters, perhaps of half width
   * @param bias (Cout) one number per channel
   * @param residual (N, OH, OW, Cout) what went around the convolution, if anything
   * @param y (N, OH, OW, Cout) result
   */
  default void conv2dPlus(
      ConvGeometry at, Tensor x, Tensor w, Tensor bias, Optional<Tensor> residual, Tensor y) {
    conv2d(at, x, w, y);
    ElementwiseKernels.of(y).addPerChannel(y, bias, y);
    residual.ifPresent(around -> ElementwiseKernels.of(y).add(y, around, y));
  }

  /**
   * Gradient of {@link #conv2d} with respect to the image; by itself the transposed convolution.
   *
   * @param at sizes of the forward convolution
   * @param w (Cout, KH, KW, Cin / groups) filters, perhaps of half width
   * @param dy (N, OH, OW, Cout) gradient with respect to y
   * @param dx (N, H, W, Cin) receives the gradient with respect to x
   */
  void conv2dInputGrad(ConvGeometry at, Tensor w, Tensor dy, Tensor dx);

  /**
   * Adds {@link #conv2dInputGrad} to what dx holds.
   *
   * @param at sizes of the forward convolution
   * @param w (Cout, KH, KW, Cin / groups) filters, perhaps of half width
   * @param dy (N, OH, OW, Cout) gradient with respect to y
   * @param dx (N, H, W, Cin) the gradient from elsewhere, to which this one is added
   */
  default void addConv2dInputGrad(ConvGeometry at, Tensor w, Tensor dy, Tensor dx) {
    try (Scope scratch = Scope.open("ConvolutionKernels.addConv2dInputGrad")) {
      Tensor part = dx.like();
      conv2dInputGrad(at, w, dy, part);
      ElementwiseKernels.of(dx).add(dx, part, dx);
    }
  }

  /**
   * Gradient of {@link #conv2d} with respect to the filters.
   *
   * @param at sizes of the forward convolution
   * @param x (N, H, W, Cin) image of the forward pass
   * @param dy (N, OH, OW, Cout) gradient with respect to y
   * @param dw (Cout, KH, KW, Cin / groups) receives the gradient with respect to w
   */
  void conv2dFilterGrad(ConvGeometry at, Tensor x, Tensor dy, Tensor dw);
}
