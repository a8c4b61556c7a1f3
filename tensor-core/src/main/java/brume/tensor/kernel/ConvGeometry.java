package brume.tensor.kernel;

import brume.tensor.Shape;
import brume.tensor.ShapeException;

/**
 * The sizes of a two-dimensional convolution.
 *
 * @param n samples
 * @param h height of the image
 * @param w width of the image
 * @param cin channels of the image
 * @param cout channels of the result
 * @param kh height of the filters
 * @param kw width of the filters
 * @param oh height of the result
 * @param ow width of the result
 * @param window stride, padding, dilation, groups
 */
public record ConvGeometry(
    int n, int h, int w, int cin, int cout, int kh, int kw, int oh, int ow, Window window) {

  /**
   * How the filters move over the image.
   *
   * @param strideH rows from one result to the next
   * @param strideW columns from one result to the next
   * @param top rows of zeros above the image
   * @param left columns of zeros before the image
   * @param bottom rows of zeros below the image
   * @param right columns of zeros after the image
   * @param dilationH rows from one filter element to the next
   * @param dilationW columns from one filter element to the next
   * @param groups groups of channels that do not see each other; a {@link ShapeException} refuses
   *     what is below 1, or 0 for padding
   */
  public record Window(
      int strideH,
      int strideW,
      int top,
      int left,
      int bottom,
      int right,
      int dilationH,
      int dilationW,
      int groups) {

    /** {@inheritDoc} */
    public Window {
      ShapeException.unless(
          strideH >= 1 && strideW >= 1 && dilationH >= 1 && dilationW >= 1 && groups >= 1,
          "conv2d: expected strides, dilations and groups of 1 or more, got strides (%d, %d),"
              + " dilations (%d, %d), groups %d",
          strideH,
          strideW,
          dilationH,
          dilationW,
          groups);
      ShapeException.unless(
          Math.min(Math.min(top, bottom), Math.min(left, right)) >= 0,
          "conv2d: expected padding of 0 or more, got top %d, left %d, bottom %d, right %d",
          top,
          left,
          bottom,
          right);
    }

    /**
     * Stride one, the same padding on all sides.
     *
     * @param padding rows and columns of zeros on every side
     * @return the settings
     */
    public static Window padded(int padding) {
      return strided(1, padding);
    }

    /**
     * The same stride in both directions, the same padding on all sides.
     *
     * @param stride rows and columns from one result to the next
     * @param padding rows and columns of zeros on every side
     * @return the settings
     */
    public static Window strided(int stride, int padding) {
      return new Window(stride, stride, padding, padding, padding, padding, 1, 1, 1);
    }
  }

  /**
   * Derives and checks all sizes.
   *
   * @param x (N, H, W, Cin) image
   * @param filters (Cout, KH, KW, Cin / groups)
   * @param window stride, padding, dilation, groups
   * @return the sizes
   * @throws ShapeException if the channels do not fit or the filters do not fit into the image
   */
  public static ConvGeometry of(Shape x, Shape filters, Window window) {
    ShapeException.unless(x.rank() == 4, "conv2d: expected x of shape (N, H, W, Cin), got %s", x);
    ShapeException.unless(
        filters.rank() == 4,
        "conv2d: expected weight of shape (Cout, KH, KW, Cin / groups), got %s",
        filters);
    int groups = window.groups();
    ShapeException.unless(
        x.dim(3) == filters.dim(3) * groups,
        "conv2d: expected weight (Cout, KH, KW, Cin / groups) with Cin / groups = %d / %d as in x"
            + " %s, got weight %s",
        x.dim(3),
        groups,
        x,
        filters);
    ShapeException.unless(
        filters.dim(0) % groups == 0,
        "conv2d: expected groups to divide Cout, got groups = %d and weight %s",
        groups,
        filters);
    int oh = outputs(
        (long) x.dim(1) + window.top() + window.bottom(),
        filters.dim(1),
        window.strideH(),
        window.dilationH());
    int ow = outputs(
        (long) x.dim(2) + window.left() + window.right(),
        filters.dim(2),
        window.strideW(),
        window.dilationW());
    ShapeException.unless(
        oh > 0 && ow > 0,
        "conv2d: expected filters no larger than the padded image, got weight %s, x %s and %s",
        filters,
        x,
        window);
    return new ConvGeometry(
        x.dim(0),
        x.dim(1),
        x.dim(2),
        x.dim(3),
        filters.dim(0),
        filters.dim(1),
        filters.dim(2),
        oh,
        ow,
        window);
  }

  private static int outputs(long padded, int filter, int stride, int dilation) {
    ShapeException.unless(
        padded <= Integer.MAX_VALUE,
        "conv2d: expected a padded image of sizes below 2^31, got %d",
        padded);
    long span = dilation * (filter - 1L) + 1;
    return padded < span ? 0 : (int) ((padded - span) / stride + 1);
  }

  /**
   * Shape of the image.
   *
   * @return (N, H, W, Cin)
   */
  public Shape x() {
    return Shape.of(n, h, w, cin);
  }

  /**
   * Shape of the filters.
   *
   * @return (Cout, KH, KW, Cin / groups)
   */
  public Shape filters() {
    return Shape.of(cout, kh, kw, cin / window.groups());
  }

  /**
   * Shape of the result.
   *
   * @return (N, OH, OW, Cout)
   */
  public Shape y() {
    return Shape.of(n, oh, ow, cout);
  }

  /**
   * Whether the filters see one pixel at a time, so that the convolution is a matrix product.
   *
   * @return true for 1×1 filters with stride one and no padding in one group
   */
  public boolean isPointwise() {
    return kh == 1
        && kw == 1
        && oh == h
        && ow == w
        && window.strideH() == 1
        && window.strideW() == 1
        && window.groups() == 1;
  }
}
