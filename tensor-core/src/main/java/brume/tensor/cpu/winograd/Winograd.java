package brume.tensor.cpu.winograd;

import brume.tensor.Tensor;
import brume.tensor.cpu.gemm.Panels;
import brume.tensor.cpu.gemm.Tile;
import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.loop.KeptWeights;
import brume.tensor.cpu.loop.Workers;
import brume.tensor.cpu.patches.PatchGeometry;

/**
 * Convolution with filters of three by three and stride one by Winograd's minimal filtering: a tile of
 * four by four results takes 36 multiplications for each pair of channels instead of 144 (Lavin and
 * Gray 2016).
 *
 * <p>Image, filters and result are polynomials in two variables, evaluated at 36 points
 * ({@link WinogradPasses}); there a convolution is a product of matrices of tiles and channels. The
 * filter gradient is the transpose of that.
 */
public final class Winograd {

  /** With fewer channels, transforms and the start of each product take a good part of the time. */
  private static final int MANY_CHANNELS = 32;

  /** Tiles of an image that are worth it then: those of 14 by 14 pixels. */
  private static final int ENOUGH_TILES = 16;

  private final WinogradProduct product;
  private final WinogradFilterGrad filterGrad;

  /**
   * A kernel.
   *
   * @param workers the threads
   * @param pool lends scratch space
   */
  public Winograd(Workers workers, FloatPool pool) {
    product = new WinogradProduct(workers, pool);
    filterGrad = new WinogradFilterGrad(workers, pool);
  }

  /**
   * Whether this is the faster way.
   *
   * @param at the patches
   * @param results channels of the result
   * @return true where the sizes fit, and where it saves half of the multiplications or more
   */
  public static boolean suits(PatchGeometry at, int results) {
    boolean threeByThree = at.kh() == 3 && at.kw() == 3 && at.groups() == 1;
    boolean dense = at.strideH() * at.strideW() * at.dilationH() * at.dilationW() == 1;
    int unit = Math.max(16, Tile.LENGTH);
    boolean channels = at.c() % unit == 0 && results % unit == 0;
    if (!threeByThree || !dense || !channels) {
      return false;
    }
    WinogradTiles tiles = new WinogradTiles(at);
    if (Math.min(at.c(), results) < MANY_CHANNELS && tiles.perImage() < ENOUGH_TILES) {
      return false;
    }
    long multiplications = (long) tiles.count() * PointMatrices.COUNT;
    long pixels = (long) at.n() * at.oh() * at.ow();
    // Both grow with the samples, so that a sample's bits do not depend on its batch.
    return 2 * multiplications <= 9 * pixels;
  }

  /**
   * Patches times filters.
   *
   * @param at the patches
   * @param x (N, H, W, C) images
   * @param filters (3, 3, C) rows, a column for each channel of the result
   * @param results channels of the result
   * @param y (N, OH, OW, results) receives the products
   */
  public void multiply(PatchGeometry at, float[] x, Panels filters, int results, float[] y) {
    product.multiply(new WinogradTiles(at), x, filters, results, y);
  }

  /**
   * Whether filters of a layer had better be kept as this algorithm wants them.
   *
   * @param at the patches, which {@link #suits}
   * @param results channels of the result
   * @return true for few filters and large images
   */
  public static boolean keeps(PatchGeometry at, int results) {
    return WinogradProduct.keeps(new WinogradTiles(at), results);
  }

  /**
   * Patches times the filters of a layer that {@link #keeps} is true of, with the same bits as {@link
   * #multiply}.
   *
   * @param at the patches
   * @param x (N, H, W, C) images
   * @param w the weights, in single precision
   * @param filters the same as (3, 3, C) rows, a column for each channel of the result
   * @param kept keeps them from call to call
   * @param results channels of the result
   * @param y (N, OH, OW, results) receives the products
   */
  public void multiplyKept(
      PatchGeometry at,
      float[] x,
      Tensor w,
      Panels filters,
      KeptWeights kept,
      int results,
      float[] y) {
    product.multiplyKept(new WinogradTiles(at), x, w, filters, kept, results, y);
  }

  /**
   * The gradients of filters.
   *
   * @param at the patches of x
   * @param x (N, H, W, C) images
   * @param results channels of the result
   * @param dy (N, OH, OW, results) gradient of the result
   * @param dw (results, 3, 3, C) receives the gradients
   */
  public void filterGrad(PatchGeometry at, float[] x, int results, float[] dy, float[] dw) {
    filterGrad.multiply(new WinogradTiles(at), x, results, dy, dw);
  }
}
