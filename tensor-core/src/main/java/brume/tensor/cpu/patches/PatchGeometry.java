package brume.tensor.cpu.patches;

import brume.tensor.kernel.ConvGeometry;

/**
 * Where the patches lie that a filter sees: patch (i, j) of an image has its element (p, q) at row
 * {@code i*strideH + p*dilationH - top} and column {@code j*strideW + q*dilationW - left}, and zeros
 * outside the image. Unlike in {@link ConvGeometry} padding may be negative, which crops the image.
 *
 * @param n images
 * @param h height of an image
 * @param w width of an image
 * @param c channels
 * @param oh rows of patches
 * @param ow columns of patches
 * @param kh height of a patch
 * @param kw width of a patch
 * @param strideH rows from one patch to the next
 * @param strideW columns from one patch to the next
 * @param top rows of zeros above the image
 * @param left columns of zeros before the image
 * @param dilationH rows from one element of a patch to the next
 * @param dilationW columns from one element of a patch to the next
 * @param groups of channels, each with patches of its own
 */
public record PatchGeometry(
    int n,
    int h,
    int w,
    int c,
    int oh,
    int ow,
    int kh,
    int kw,
    int strideH,
    int strideW,
    int top,
    int left,
    int dilationH,
    int dilationW,
    int groups) {

  /**
   * The patches of x that a convolution multiplies with its filters.
   *
   * @param at the convolution
   * @return patches of (N, H, W, C)
   */
  public static PatchGeometry ofForward(ConvGeometry at) {
    ConvGeometry.Window window = at.window();
    return new PatchGeometry(
        at.n(),
        at.h(),
        at.w(),
        at.cin(),
        at.oh(),
        at.ow(),
        at.kh(),
        at.kw(),
        window.strideH(),
        window.strideW(),
        window.top(),
        window.left(),
        window.dilationH(),
        window.dilationW(),
        window.groups());
  }

  /**
   * The patches of dy that, multiplied with the filters turned by 180 degrees, give dx of a
   * convolution with stride one.
   *
   * @param at the convolution, of stride one
   * @return patches of the shape of its result
   */
  public static PatchGeometry ofInputGrad(ConvGeometry at) {
    ConvGeometry.Window window = at.window();
    return new PatchGeometry(
        at.n(),
        at.oh(),
        at.ow(),
        at.cout(),
        at.h(),
        at.w(),
        at.kh(),
        at.kw(),
        1,
        1,
        window.dilationH() * (at.kh() - 1) - window.top(),
        window.dilationW() * (at.kw() - 1) - window.left(),
        window.dilationH(),
        window.dilationW(),
        window.groups());
  }

  /**
   * Channels of a group.
   *
   * @return C / groups
   */
  public int groupChannels() {
    return c / groups;
  }

  /**
   * Elements of one group's patch.
   *
   * @return height times width times channels of a group
   */
  public int depth() {
    return kh * kw * groupChannels();
  }

  /** Rows of the image that {@code rows} rows of patches span. */
  int spanH(int rows) {
    return (rows - 1) * strideH + (kh - 1) * dilationH + 1;
  }

  /** Columns of the image that a row of patches spans. */
  int spanW() {
    return (ow - 1) * strideW + (kw - 1) * dilationW + 1;
  }
}
