package brume.tensor.cpu.winograd;

import static brume.tensor.cpu.gemm.Tile.COLUMNS;
import static brume.tensor.cpu.gemm.Tile.WIDE;

import brume.tensor.Tensor;
import brume.tensor.cpu.gemm.Matrix;
import brume.tensor.cpu.gemm.NarrowTiles;
import brume.tensor.cpu.gemm.PackedMatrix;
import brume.tensor.cpu.gemm.Panels;
import brume.tensor.cpu.gemm.RowTiles;
import brume.tensor.cpu.gemm.Tile;
import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.loop.KeptWeights;
import brume.tensor.cpu.loop.Workers;

/**
 * Patches times filters of three by three, the one way or the other of {@link Winograd}:
 *
 * <ul>
 *   <li>Large images, strip by strip: filters are transformed once. A task takes a few strips from
 *       the image to the result, with all its numbers in the second-level cache.
 *   <li>Small images with many channels, whose filters are most of the work, panel by panel: the
 *       image is transformed once. A task takes a few columns of the filters to those of the result,
 *       and never stores more of the transformed filters than the second-level cache holds. A single
 *       panel would be a single task, which is why strips share it where they have a tile's rows.
 * </ul>
 */
final class WinogradProduct {

  /** Numbers of transformed tiles of a task of strips: three quarters of a second-level cache. */
  private static final int BLOCK = 3 << 16;

  /** Images are small where there are so many times fewer tiles than channels. */
  private static final int FEW = 3;

  /** Tiles of a task of panels: beyond, transforming the filters again for others costs little. */
  private static final int MANY_TILES = 128;

  private static final int ENOUGH_TASKS = 10;

  /** Most numbers of a layer's filters at all points that are kept: half of a second-level cache. */
  private static final int MOST_KEPT = 1 << 17;

  private final Workers workers;
  private final FloatPool pool;

  WinogradProduct(Workers workers, FloatPool pool) {
    this.workers = workers;
    this.pool = pool;
  }

  /**
   * Patches times filters.
   *
   * @param tiles of the result
   * @param x (N, H, W, C) images
   * @param filters (3, 3, C) rows, a column for each channel of the result
   * @param results channels of the result
   * @param y (N, OH, OW, results) receives the products
   */
  void multiply(WinogradTiles tiles, float[] x, Panels filters, int results, float[] y) {
    if (isByPanels(tiles, results)) {
      byPanels(tiles, x, filters, results, y);
      return;
    }
    int c = tiles.at().c();
    PointMatrices points = PointMatrices.take(pool, rows(c, results), COLUMNS);
    transform(filters, c, results, points);
    byStrips(tiles, x, points, results, y);
    points.give(pool);
  }

  private static boolean isByPanels(WinogradTiles tiles, int results) {
    boolean single = PackedMatrix.panels(results) == 1 && tiles.perStrip() >= Tile.SHORT;
    return !single && FEW * tiles.count() <= tiles.at().c() + results;
  }

  /** Rows of the points of all panels, one below the other. */
  private static int rows(int c, int results) {
    return PackedMatrix.panels(results) * c;
  }

  // ---- With filters that are kept ---------------------------------------------------------------

  /** What is kept of weights. */
  private record AtPoints(int c, int results) {}

  /**
   * Whether the filters of a layer are few enough to be kept at the points: reading them is no slower then
   * than transforming them, which no other thread can help with.
   *
   * @param tiles of the result
   * @param results channels of the result
   */
  static boolean keeps(WinogradTiles tiles, int results) {
    return !isByPanels(tiles, results)
        && PointMatrices.length(rows(tiles.at().c(), results), COLUMNS) <= MOST_KEPT;
  }

  /**
   * Patches times the filters of a layer that {@link #keeps} is true of.
   *
   * @param tiles of the result
   * @param x (N, H, W, C) images
   * @param w the weights, in single precision
   * @param filters the same as (3, 3, C) rows, a column for each channel of the result
   * @param kept keeps them
   * @param results channels of the result
   * @param y (N, OH, OW, results) receives the products
   */
  void multiplyKept(
      WinogradTiles tiles,
      float[] x,
      Tensor w,
      Panels filters,
      KeptWeights kept,
      int results,
      float[] y) {
    int c = tiles.at().c(), rows = rows(c, results);
    float[] points = kept.get(
        w,
        new AtPoints(c, results),
        PointMatrices.length(rows, COLUMNS),
        into -> transform(filters, c, results, PointMatrices.of(into, rows, COLUMNS)));
    if (points == null) {
      multiply(tiles, x, filters, results, y);
    } else {
      byStrips(tiles, x, PointMatrices.of(points, rows, COLUMNS), results, y);
    }
  }

  // ---- Strip by strip ---------------------------------------------------------------------------

  private void transform(Panels filters, int c, int results, PointMatrices points) {
    workers.forEach(PackedMatrix.panels(results), j -> {
      float[] scratch = pool.take(WinogradFilters.scratchLength());
      WinogradFilters.transform(filters, c, j * COLUMNS, 0, c, scratch, points, j * c);
      pool.give(scratch);
    });
  }

  private void byStrips(
      WinogradTiles tiles, float[] x, PointMatrices points, int results, float[] y) {
    int c = tiles.at().c();
    int strips = tiles.strips(), perTask = stripsPerTask(tiles, c + results, results);
    workers.forEach((strips + perTask - 1) / perTask, task -> {
      int first = task * perTask, count = Math.min(perTask, strips - first);
      multiplyStrips(tiles, first, count, x, points, results, y);
    });
  }

  /** As many as fit, but if possible a number of tiles that leaves {@link RowTiles} no ragged end. */
  private static int stripsPerTask(WinogradTiles tiles, int channels, int results) {
    int height = results <= Tile.LENGTH
        ? NarrowTiles.HEIGHT
        : WIDE > COLUMNS && results >= WIDE ? Tile.SHORT : Tile.TALL;
    int fitting = BLOCK / (PointMatrices.COUNT * channels * tiles.perStrip());
    int least = results <= Tile.LENGTH ? Math.min(tiles.strips(), whole(tiles.perStrip())) : 1;
    int most = Math.max(least, Math.min(fitting, tiles.strips() / ENOUGH_TASKS)), some = most;
    while (some > 1 && some * tiles.perStrip() % height != 0) {
      some--;
    }
    return some > 1 ? some : most;
  }

  /** Strips that have the rows of a tile of few channels. */
  private static int whole(int perStrip) {
    return (NarrowTiles.HEIGHT + perStrip - 1) / perStrip;
  }

  private void multiplyStrips(
      WinogradTiles tiles,
      int first,
      int strips,
      float[] x,
      PointMatrices filters,
      int results,
      float[] y) {
    int c = tiles.at().c(), m = strips * tiles.perStrip(), depth = WinogradFilters.depth(c);
    PointMatrices image = PointMatrices.take(pool, m, c),
        products = PointMatrices.take(pool, m, results);
    transformImages(tiles, first, first + strips, x, image, 0);
    float[] edge = pool.take(Tile.edgeLength(0));
    for (int j = 0; j < results; j += WIDE) {
      int width = Math.min(WIDE, results - j), panel = j / COLUMNS * c;
      multiplyPoints(m, 0, c, depth, image, 0, filters, panel, width, products, j, edge);
    }
    pool.give(edge);
    transformResult(tiles, first, first + strips, products, y, 0, results);
    image.give(pool);
    products.give(pool);
  }

  // ---- Panel by panel ---------------------------------------------------------------------------

  private void byPanels(WinogradTiles tiles, float[] x, Panels filters, int results, float[] y) {
    int strips = tiles.strips(), m = tiles.count(), c = tiles.at().c();
    PointMatrices image = PointMatrices.take(pool, m, c);
    int some = Math.max(1, (strips + ENOUGH_TASKS - 1) / ENOUGH_TASKS);
    workers.forEach((strips + some - 1) / some, task -> {
      int first = task * some, end = Math.min(strips, first + some);
      transformImages(tiles, first, end, x, image, first * tiles.perStrip());
    });
    int blocks = (m + MANY_TILES - 1) / MANY_TILES, perBlock = (strips + blocks - 1) / blocks;
    workers.forEach(PackedMatrix.panels(results) * blocks, task -> {
      int j = task / blocks * COLUMNS, first = task % blocks * perBlock;
      int count = Math.min(perBlock, strips - first);
      if (count > 0) {
        multiplyPanel(tiles, first, count, image, filters, j, results, y);
      }
    });
    image.give(pool);
  }

  private void multiplyPanel(
      WinogradTiles tiles,
      int first,
      int strips,
      PointMatrices image,
      Panels filters,
      int column,
      int results,
      float[] y) {
    int c = tiles.at().c(), m = strips * tiles.perStrip(), row = first * tiles.perStrip();
    int depth = WinogradFilters.depth(c), width = Math.min(COLUMNS, results - column);
    PointMatrices points = PointMatrices.take(pool, depth, COLUMNS),
        products = PointMatrices.take(pool, m, width);
    float[] scratch = pool.take(WinogradFilters.scratchLength());
    float[] edge = pool.take(Tile.edgeLength(0));
    edge[0] = filters.readInOrder(column, 9 * c);
    for (int p = 0; p < c; p += depth) {
      int to = Math.min(c, p + depth);
      WinogradFilters.transform(filters, c, column, p, to, scratch, points, 0);
      multiplyPoints(m, p, to, depth, image, row, points, -p, width, products, 0, edge);
    }
    pool.give(edge);
    pool.give(scratch);
    points.give(pool);
    transformResult(tiles, first, first + strips, products, y, column, results);
    products.give(pool);
  }

  // ---- Both -------------------------------------------------------------------------------------

  private void transformImages(
      WinogradTiles tiles, int from, int to, float[] x, PointMatrices points, int row) {
    int c = tiles.at().c();
    try (WinogradStrips images = new WinogradStrips(tiles, pool, c, 0, c)) {
      for (int s = from; s < to; s++) {
        images.image(s, x, points, row + (s - from) * tiles.perStrip());
      }
    }
  }

  /**
   * Tiles times a panel or two at all points.
   *
   * @param m tiles
   * @param from first channel of the image; 0 replaces products, others are added
   * @param to channel behind the last
   * @param image its tiles
   * @param first of its rows
   * @param filters the panel
   * @param panel row of its channel 0; the next starts after all channels
   * @param width columns that exist of it, and of the next
   * @param products of tiles and channels
   * @param column of products that receives the first
   * @param edge scratch space
   */
  private static void multiplyPoints(
      int m,
      int from,
      int to,
      int depth,
      PointMatrices image,
      int first,
      PointMatrices filters,
      int panel,
      int width,
      PointMatrices products,
      int column,
      float[] edge) {
    int step = image.row * COLUMNS;
    int[] rows = Matrix.of(image.array, first * image.row, image.row).rows(m);
    for (int point = 0; point < PointMatrices.COUNT; point++) {
      for (int p = from; p < to; p += depth) {
        int shift = image.at(point, 0) + p, k = Math.min(depth, to - p);
        int panelAt = filters.at(point, panel + p), at = products.at(point, 0) + column;
        RowTiles.multiply(
            m,
            k,
            image.array,
            rows,
            shift,
            filters.array,
            panelAt,
            step,
            width,
            products.array,
            at,
            products.row,
            p > 0,
            edge);
      }
    }
  }

  private void transformResult(
      WinogradTiles tiles, int from, int to, PointMatrices products, float[] y, int column, int c) {
    try (WinogradStrips result = new WinogradStrips(tiles, pool, c, column, products.row)) {
      for (int s = from; s < to; s++) {
        result.result(s, products, (s - from) * tiles.perStrip(), y);
      }
    }
  }
}
