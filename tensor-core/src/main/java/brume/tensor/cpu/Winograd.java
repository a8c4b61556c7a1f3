package brume.tensor.cpu;

import static brume.tensor.cpu.PointMatrices.POINTS;

/**
 * Convolution with filters of three by three and stride one by Winograd's minimal filtering: a tile of
 * four by four results takes 36 multiplications for each pair of channels instead of 144 (Lavin and
 * Gray 2016).
 *
 * <p>Image, filters and result are polynomials in two variables, evaluated at 36 points
 * ({@link WinogradPasses}); there a convolution is a product of matrices of tiles and channels. The
 * filter gradient is the transpose of that.
 */
final class Winograd {

  private static final int MATRICES = POINTS * POINTS;

  /** Numbers of transformed tiles of a task: three quarters of a second-level cache. */
  private static final int BLOCK = 3 << 16;

  /** Numbers of transformed tiles that wait for the products of a filter gradient. */
  private static final int CHUNK = 1 << 19;

  /** Tiles they are at least: shorter sums spend their time on loading and storing results. */
  private static final int LONG_SUM = 64;

  private static final int ENOUGH_TASKS = 10;

  /** Rows of a panel that stay in the first-level cache. */
  private static final int DEPTH = 192;

  private final Workers workers;
  private final FloatPool pool;
  private final Gemm gemm;
  private final WinogradProduct product;

  Winograd(Workers workers, FloatPool pool) {
    this.workers = workers;
    this.pool = pool;
    gemm = new Gemm(pool);
    product = new WinogradProduct(workers, pool);
  }

  /**
   * Whether this is the faster way.
   *
   * @param at the patches
   * @param results channels of the result
   * @return true where the sizes fit, and where it saves half of the multiplications or more
   */
  static boolean suits(PatchGeometry at, int results) {
    boolean threeByThree = at.kh() == 3 && at.kw() == 3 && at.groups() == 1;
    boolean dense = at.strideH() * at.strideW() * at.dilationH() * at.dilationW() == 1;
    int unit = Math.max(16, Tile.LENGTH);
    boolean channels = at.c() % unit == 0 && results % unit == 0 && at.c() >= 32 && results >= 32;
    if (!threeByThree || !dense || !channels) {
      return false;
    }
    long multiplications = (long) new WinogradTiles(at).count() * MATRICES;
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
  void multiply(PatchGeometry at, float[] x, Panels filters, int results, float[] y) {
    product.multiply(new WinogradTiles(at), x, filters, results, y);
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
  void filterGrad(PatchGeometry at, float[] x, int results, float[] dy, float[] dw) {
    WinogradTiles tiles = new WinogradTiles(at);
    int c = at.c(), perStrip = tiles.perStrip(), strips = tiles.strips();
    int fitting = Math.max(LONG_SUM, CHUNK / (MATRICES * (c + results)));
    int perChunk = even(strips, blocks(strips, Math.max(1, fitting / perStrip)));
    int m = perChunk * perStrip;
    PointMatrices image = new PointMatrices(pool.take(PointMatrices.length(m, c)), m, c);
    PointMatrices grad = new PointMatrices(pool.take(PointMatrices.length(m, results)), m, results);
    int stride = c * results + 16;
    float[] sums = pool.take(MATRICES * stride);
    for (int first = 0; first < strips; first += perChunk) {
      int start = first, count = Math.min(perChunk, strips - first), k = count * perStrip;
      int perTask = Math.max(1, count / ENOUGH_TASKS);
      workers.forEach(blocks(count, perTask), task -> {
        int from = task * perTask, to = Math.min(count, from + perTask);
        transformStrips(tiles, start, from, to, x, image);
        transformGrads(tiles, start, from, to, results, dy, grad);
      });
      workers.forEach(MATRICES, point -> {
        Matrix a = Matrix.transposed(grad.array, point * grad.stride, results);
        Panels b = Panels.of(Matrix.of(image.array, point * image.stride, c), c, 1);
        Matrix into = Matrix.of(sums, point * stride, c);
        gemm.multiply(results, c, 0, k, a, b, 0, start > 0, into);
      });
    }
    transformSums(c, results, sums, stride, dw);
    pool.give(image.array);
    pool.give(grad.array);
    pool.give(sums);
  }

  private void transformStrips(
      WinogradTiles tiles, int start, int from, int to, float[] x, PointMatrices image) {
    float[] scratch = pool.take(tiles.scratchLength());
    int row = tiles.perStrip();
    for (int s = from; s < to; s++) {
      tiles.transformImage(start + s, x, scratch, image, s * row);
    }
    pool.give(scratch);
  }

  private static void transformGrads(
      WinogradTiles tiles,
      int start,
      int from,
      int to,
      int results,
      float[] dy,
      PointMatrices grad) {
    int row = tiles.perStrip() * results, first = from * row, length = (to - from) * row;
    for (int s = from; s < to; s++) {
      tiles.transformResultGrad(start + s, results, dy, grad, s * tiles.perStrip());
    }
    for (int j = 0; j < POINTS; j++) {
      int at = first + j * grad.stride, step = POINTS * grad.stride;
      WinogradPasses.resultGrad(1, length, grad.array, at, 0, step, grad.array, at, 0, step);
    }
  }

  private void transformSums(int c, int results, float[] sums, int stride, float[] dw) {
    int perTask = Math.max(1, results / ENOUGH_TASKS);
    workers.forEach(blocks(results, perTask), task -> {
      int from = task * perTask, to = Math.min(results, from + perTask);
      int first = from * c, length = (to - from) * c;
      for (int j = 0; j < POINTS; j++) {
        int at = first + j * stride, step = POINTS * stride;
        WinogradPasses.filterGrad(length, sums, at, step, sums, at, step);
      }
      for (int p = 0; p < 3; p++) {
        int at = first + p * POINTS * stride;
        WinogradPasses.filterGrad(length, sums, at, stride, sums, at, stride);
      }
      for (int o = from; o < to; o++) {
        for (int tap = 0; tap < 9; tap++) {
          int source = (tap / 3 * POINTS + tap % 3) * stride + o * c;
          System.arraycopy(sums, source, dw, (o * 9 + tap) * c, c);
        }
      }
    });
  }

  private static int blocks(int count, int size) {
    return (count + size - 1) / size;
  }

  /** Size of blocks when {@code count} is cut into so many of them evenly. */
  private static int even(int count, int blocks) {
    return (count + blocks - 1) / blocks;
  }
}
