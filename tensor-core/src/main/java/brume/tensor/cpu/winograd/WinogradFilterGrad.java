package brume.tensor.cpu.winograd;

import brume.tensor.Shape;
import brume.tensor.cpu.loop.Columns;
import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.loop.Workers;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Gradients of filters of three by three, the one way or the other of {@link Winograd}:
 *
 * <ul>
 *   <li>Few channels: a task walks through a part of the batch, transforms some strips and multiplies
 *       them while they are in the cache. The parts are added up in order.
 *   <li>Many channels: all tasks transform the batch together, then each multiplies out a block of the
 *       filters.
 * </ul>
 */
final class WinogradFilterGrad {

  /** Channels of the image and of the result in a block: 36 matrices take 590 KB. */
  private static final int BLOCK = 64;

  /** Most blocks where tasks transform the batch for themselves, once for each block. */
  private static final int FEW_BLOCKS = 2;

  /** Parts of the batch; a number of its own, for the sum is cut by it. */
  private static final int PARTS = 8;

  /** Tiles of a part are at least so many. */
  private static final int SMALLEST_PART = 64;

  /** Tiles multiplied at once: sums over fewer spend their time on loading and storing. */
  private static final int LONG_SUM = 96;

  /** Numbers of the batch that all tasks transform at once: 8 MB. */
  private static final int LARGE = 1 << 21;

  private static final int ENOUGH_TASKS = 10;

  private final Workers workers;
  private final FloatPool pool;

  WinogradFilterGrad(Workers workers, FloatPool pool) {
    this.workers = workers;
    this.pool = pool;
  }

  /** What is multiplied: images x and the gradient dy of the result. */
  private record Batch(WinogradTiles tiles, float[] x, int results, float[] dy) {
    int c() {
      return tiles.at().c();
    }
  }

  /**
   * The gradients of filters.
   *
   * @param tiles of the result
   * @param x (N, H, W, C) images
   * @param results channels of the result
   * @param dy (N, OH, OW, results) gradient of the result
   * @param dw (results, 3, 3, C) receives the gradients
   */
  void multiply(WinogradTiles tiles, float[] x, int results, float[] dy, float[] dw) {
    Batch batch = new Batch(tiles, x, results, dy);
    if (blocks(batch.c(), BLOCK) * blocks(results, BLOCK) <= FEW_BLOCKS) {
      byParts(batch, dw);
    } else {
      byBlocks(batch, dw);
    }
  }

  // ---- Parts of the batch -----------------------------------------------------------------------

  private void byParts(Batch batch, float[] dw) {
    int strips = batch.tiles.strips(), size = Shape.product(batch.results, 9, batch.c());
    int across = blocks(batch.c(), BLOCK), blocks = across * blocks(batch.results, BLOCK);
    int parts = Math.max(1, Math.min(PARTS, batch.tiles.count() / SMALLEST_PART));
    float[] others = pool.take(Shape.product(parts - 1, size));
    workers.forEach(parts * blocks, task -> {
      int part = task / blocks, block = task % blocks;
      int from = part * strips / parts, to = (part + 1) * strips / parts;
      int channel = block % across * BLOCK, result = block / across * BLOCK;
      float[] into = part == 0 ? dw : others;
      sumPart(batch, from, to, channel, result, into, Math.max(0, part - 1) * size);
    });
    int piece = blocks(size, ENOUGH_TASKS);
    workers.forEach(blocks(size, piece), task -> {
      int at = task * piece, count = Math.min(piece, size - at);
      for (int part = 1; part < parts; part++) {
        Columns.add(count, others, (part - 1) * size + at, dw, at);
      }
    });
    pool.give(others);
  }

  /** The gradients of a block of filters by some strips. */
  private void sumPart(Batch batch, int from, int to, int channel, int result, float[] dw, int at) {
    WinogradTiles tiles = batch.tiles;
    int c = batch.c(), perStrip = tiles.perStrip(), strips = to - from;
    int channels = Math.min(BLOCK, c - channel), results = Math.min(BLOCK, batch.results - result);
    int chunks = blocks(strips, Math.max(1, LONG_SUM / perStrip)),
        perChunk = blocks(strips, chunks);
    PointMatrices image = PointMatrices.take(pool, perChunk * perStrip, channels);
    PointMatrices grad = PointMatrices.take(pool, perChunk * perStrip, results);
    try (WinogradStrips images = new WinogradStrips(tiles, pool, c, channel, channels);
        WinogradStrips grads = new WinogradStrips(tiles, pool, batch.results, result, results);
        WinogradSums sums = new WinogradSums(pool, results, channels)) {
      for (int first = from; first < to; first += perChunk) {
        int count = Math.min(perChunk, to - first);
        for (int s = 0; s < count; s++) {
          images.image(first + s, batch.x, image, s * perStrip);
          grads.resultGrad(first + s, batch.dy, grad, s * perStrip);
        }
        sums.add(count * perStrip, image, grad);
      }
      sums.transform(dw, at + result * 9 * c + channel, c, false);
    }
    image.give(pool);
    grad.give(pool);
  }

  // ---- Blocks of the filters --------------------------------------------------------------------

  private void byBlocks(Batch batch, float[] dw) {
    WinogradTiles tiles = batch.tiles;
    int strips = tiles.strips(), perStrip = tiles.perStrip(), c = batch.c();
    int fitting = LARGE / (PointMatrices.COUNT * (c + batch.results) * perStrip);
    int perChunk = blocks(strips, blocks(strips, Math.max(1, fitting)));
    PointMatrices[] images = takeBlocks(perChunk * perStrip, c);
    PointMatrices[] grads = takeBlocks(perChunk * perStrip, batch.results);
    for (int first = 0; first < strips; first += perChunk) {
      int start = first, count = Math.min(perChunk, strips - first);
      transform(batch, start, count, images, grads);
      workers.forEach(images.length * grads.length, block -> {
        int i = block % images.length, j = block / images.length;
        try (WinogradSums sums = new WinogradSums(pool, grads[j].row, images[i].row)) {
          sums.add(count * perStrip, images[i], grads[j]);
          sums.transform(dw, (j * 9 * c + i) * BLOCK, c, start > 0);
        }
      });
    }
    Arrays.stream(images).forEach(points -> points.give(pool));
    Arrays.stream(grads).forEach(points -> points.give(pool));
  }

  /** A block's channels for themselves: rows that lie close together are the faster to multiply. */
  private PointMatrices[] takeBlocks(int rows, int channels) {
    return IntStream.range(0, blocks(channels, BLOCK))
        .mapToObj(i -> PointMatrices.take(pool, rows, Math.min(BLOCK, channels - i * BLOCK)))
        .toArray(PointMatrices[]::new);
  }

  private void transform(
      Batch batch, int start, int count, PointMatrices[] images, PointMatrices[] grads) {
    WinogradTiles tiles = batch.tiles;
    int blocks = images.length + grads.length;
    int perTask = blocks(count, blocks(ENOUGH_TASKS, blocks)), pieces = blocks(count, perTask);
    workers.forEach(pieces * blocks, task -> {
      int block = task / pieces, from = task % pieces * perTask;
      int to = Math.min(count, from + perTask), j = block - images.length;
      if (block < images.length) {
        PointMatrices image = images[block];
        try (WinogradStrips strips =
            new WinogradStrips(tiles, pool, batch.c(), block * BLOCK, image.row)) {
          for (int s = from; s < to; s++) {
            strips.image(start + s, batch.x, image, s * tiles.perStrip());
          }
        }
      } else {
        PointMatrices grad = grads[j];
        try (WinogradStrips strips =
            new WinogradStrips(tiles, pool, batch.results, j * BLOCK, grad.row)) {
          for (int s = from; s < to; s++) {
            strips.resultGrad(start + s, batch.dy, grad, s * tiles.perStrip());
          }
        }
      }
    });
  }

  /** How many blocks of at most {@code size} cover {@code count}. */
  private static int blocks(int count, int size) {
    return (count + size - 1) / size;
  }
}
