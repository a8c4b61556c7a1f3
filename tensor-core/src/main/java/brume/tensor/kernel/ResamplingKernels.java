package brume.tensor.kernel;

import brume.tensor.Scope;
import brume.tensor.Tensor;

/** Changes of resolution of images (N, H, W, C). */
public interface ResamplingKernels {

  /**
   * The kernels of the device that holds {@code t}.
   *
   * @param t any tensor
   * @return its kernels
   */
  static ResamplingKernels of(Tensor t) {
    return Backend.of(t).resampling();
  }

  /**
   * Repeats every pixel f times in both directions.
   *
   * @param x (N, H, W, C) input
   * @param factor f
   * @param y (N, f·H, f·W, C) result
   */
  void upsampleNearest(Tensor x, int factor, Tensor y);

  /**
   * Gradient of {@link #upsampleNearest}: sums over each f×f block.
   *
   * @param dy (N, f·H, f·W, C) gradient with respect to y
   * @param factor f
   * @param dx (N, H, W, C) receives the gradient with respect to x
   */
  void upsampleNearestGrad(Tensor dy, int factor, Tensor dx);

  /**
   * Mean over each f×f block; the rest of an odd size is left out.
   *
   * @param x (N, H, W, C) input
   * @param factor f
   * @param y (N, ⌊H/f⌋, ⌊W/f⌋, C) result
   */
  void averagePool(Tensor x, int factor, Tensor y);

  /**
   * Gradient of {@link #averagePool}: every pixel of a block receives 1/f² of its gradient.
   *
   * @param dy (N, ⌊H/f⌋, ⌊W/f⌋, C) gradient with respect to y
   * @param factor f
   * @param dx (N, H, W, C) receives the gradient with respect to x
   */
  void averagePoolGrad(Tensor dy, int factor, Tensor dx);

  /**
   * Moves each f×f block of pixels into the channels: channel c of row p and column q of the block
   * becomes channel c·f² + p·f + q, the order of PyTorch.
   *
   * @param x (N, f·H, f·W, C) input
   * @param factor f
   * @param y (N, H, W, C·f²) result
   */
  void pixelUnshuffle(Tensor x, int factor, Tensor y);

  /**
   * Undoes {@link #pixelUnshuffle}; each is the gradient of the other.
   *
   * @param x (N, H, W, C·f²) input
   * @param factor f
   * @param y (N, f·H, f·W, C) result
   */
  void pixelShuffle(Tensor x, int factor, Tensor y);

  /**
   * Adds {@link #pixelShuffle} to what y holds.
   *
   * @param x (N, H, W, C·f²) input
   * @param factor f
   * @param y (N, f·H, f·W, C) what is added to
   */
  default void addPixelShuffle(Tensor x, int factor, Tensor y) {
    try (Scope scratch = Scope.open("ResamplingKernels.addPixelShuffle")) {
      Tensor part = y.like();
      pixelShuffle(x, factor, part);
      ElementwiseKernels.of(y).add(y, part, y);
    }
  }

  /**
   * Largest number of each window, channel by channel; NaN if there is one.
   *
   * @param at sizes
   * @param x (N, H, W, C) input
   * @param y (N, OH, OW, C) result
   */
  void maxPool(PoolGeometry at, Tensor x, Tensor y);

  /**
   * Gradient of {@link #maxPool}: each window's goes to its largest number, the first of several in the
   * order of rows and columns.
   *
   * @param at sizes
   * @param x (N, H, W, C) input of the forward pass
   * @param dy (N, OH, OW, C) gradient with respect to y
   * @param dx (N, H, W, C) receives the gradient with respect to x
   */
  void maxPoolGrad(PoolGeometry at, Tensor x, Tensor dy, Tensor dx);
}
