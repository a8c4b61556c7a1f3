package brume.tensor.kernel;

import brume.tensor.Shape;
import brume.tensor.ShapeException;

/**
 * The sizes of pooling: windows that move over images as the filters of a convolution do.
 *
 * @param n samples
 * @param h height of the image
 * @param w width of the image
 * @param c channels
 * @param oh height of the result
 * @param ow width of the result
 * @param window size, stride, padding, dilation
 */
public record PoolGeometry(int n, int h, int w, int c, int oh, int ow, Window window) {

  /**
   * How windows move over the image.
   *
   * @param kh height
   * @param kw width
   * @param strideH rows from one window to the next
   * @param strideW columns from one window to the next
   * @param padH rows around the image that a window may cover, at most half its height
   * @param padW columns around the image that a window may cover, at most half its width
   * @param dilationH rows from one element of a window to the next
   * @param dilationW columns from one element of a window to the next
   * @param roundUp whether a last window that starts inside may leave the image, PyTorch's ceil mode
   */
  public record Window(
      int kh,
      int kw,
      int strideH,
      int strideW,
      int padH,
      int padW,
      int dilationH,
      int dilationW,
      boolean roundUp) {

    /** Refuses sizes below 1 and padding of more than half a window. {@inheritDoc} */
    public Window {
      ShapeException.unless(
          Math.min(kh, kw) >= 1
              && Math.min(strideH, strideW) >= 1
              && Math.min(dilationH, dilationW) >= 1,
          "pool: expected sizes, strides and dilations of 1 or more, got window %d×%d, strides (%d,"
              + " %d), dilations (%d, %d)",
          kh,
          kw,
          strideH,
          strideW,
          dilationH,
          dilationW);
      ShapeException.unless(
          padH >= 0
              && padW >= 0
              && 2L * padH <= span(kh, dilationH)
              && 2L * padW <= span(kw, dilationW),
          "pool: expected padding of at most half the window %d×%d, got (%d, %d)",
          kh,
          kw,
          padH,
          padW);
    }

    /**
     * Square windows.
     *
     * @param size rows and columns
     * @param stride rows and columns from one window to the next
     * @param padding rows and columns around the image that a window may cover
     * @return the settings
     */
    public static Window square(int size, int stride, int padding) {
      return new Window(size, size, stride, stride, padding, padding, 1, 1, false);
    }
  }

  /**
   * Derives and checks all sizes.
   *
   * @param x (N, H, W, C) image
   * @param window size, stride, padding, dilation
   * @return the sizes
   * @throws ShapeException if the image is smaller than a window
   */
  public static PoolGeometry of(Shape x, Window window) {
    ShapeException.unless(x.rank() == 4, "pool: expected x of shape (N, H, W, C), got %s", x);
    long spanH = span(window.kh(), window.dilationH());
    long spanW = span(window.kw(), window.dilationW());
    int oh = outputs(x.dim(1), spanH, window.strideH(), window.padH(), window.roundUp());
    int ow = outputs(x.dim(2), spanW, window.strideW(), window.padW(), window.roundUp());
    ShapeException.unless(
        oh > 0 && ow > 0,
        "pool: expected windows no larger than the padded image, got x %s and %s",
        x,
        window);
    return new PoolGeometry(x.dim(0), x.dim(1), x.dim(2), x.dim(3), oh, ow, window);
  }

  private static long span(int size, int dilation) {
    return dilation * (size - 1L) + 1;
  }

  private static int outputs(int size, long span, int stride, int pad, boolean roundUp) {
    long room = size + 2L * pad - span;
    if (room < 0 && !(roundUp && room > -stride)) {
      return 0;
    }
    long outputs = Math.floorDiv(room + (roundUp ? stride - 1 : 0), (long) stride) + 1;
    outputs = (outputs - 1) * stride >= (long) size + pad ? outputs - 1 : outputs;
    ShapeException.unless(
        outputs <= Integer.MAX_VALUE,
        "pool: expected sizes below 2^31, got a result of %d",
        outputs);
    return (int) outputs;
  }

  /**
   * Shape of the image.
   *
   * @return (N, H, W, C)
   */
  public Shape x() {
    return Shape.of(n, h, w, c);
  }

  /**
   * Shape of the result.
   *
   * @return (N, OH, OW, C)
   */
  public Shape y() {
    return Shape.of(n, oh, ow, c);
  }
}
