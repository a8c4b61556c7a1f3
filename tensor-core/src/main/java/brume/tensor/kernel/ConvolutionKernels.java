package brume.tensor.kernel;

import brume.tensor.DType;
import brume.tensor.Tensor;

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
   * Gradient of {@link #conv2d} with respect to the image; by itself the transposed convolution.
   *
   * @param at sizes of the forward convolution
   * @param w (Cout, KH, KW, Cin / groups) filters, perhaps of half width
   * @param dy (N, OH, OW, Cout) gradient with respect to y
   * @param dx (N, H, W, Cin) receives the gradient with respect to x
   */
  void conv2dInputGrad(ConvGeometry at, Tensor w, Tensor dy, Tensor dx);

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
