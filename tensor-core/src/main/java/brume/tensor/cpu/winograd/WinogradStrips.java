package brume.tensor.cpu.winograd;

import static brume.tensor.cpu.gemm.Tile.LENGTH;
import static brume.tensor.cpu.winograd.PointMatrices.POINTS;
import static brume.tensor.cpu.winograd.WinogradTiles.SIZE;

import brume.tensor.Shape;
import brume.tensor.cpu.loop.CacheLine;
import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.patches.PatchGeometry;
import java.util.Arrays;

/**
 * The transforms of {@link Winograd} for strips of images, results and their gradients, or some of their
 * channels. Pixels are read and written row by row, which memory likes best; between rows and columns
 * numbers wait in scratch space. A strip is done in parts, some tiles at a time, for which that stays in
 * the first-level cache. For use by one thread.
 */
final class WinogradStrips implements AutoCloseable {

  /** Keeps rows of scratch space out of one set of the first-level cache. */
  private static final int PADDING = 16;

  /** Most numbers that wait between rows and columns: half of a first-level cache of 48 KB. */
  private static final int WAITING = 6 << 10;

  private final WinogradTiles tiles;
  private final PatchGeometry at;
  private final FloatPool pool;
  private final int c;
  private final int channel;
  private final int width;

  /** Tiles of a part. */
  private final int part;

  private final int rowStep;
  private final int[] pixels;
  private final int[] copies;
  private final int[] starts;
  private final float[] scratch;

  /** Where the second half of the scratch space starts. */
  private final int half;

  /**
   * Transforms of some channels.
   *
   * @param tiles of the result
   * @param pool lends scratch space
   * @param c channels of a pixel
   * @param channel the first that is transformed
   * @param width channels that are, a multiple of the vector length
   */
  WinogradStrips(WinogradTiles tiles, FloatPool pool, int c, int channel, int width) {
    this.tiles = tiles;
    this.pool = pool;
    this.c = c;
    this.channel = channel;
    this.width = width;
    at = tiles.at();
    part = part(tiles.perStrip(), width);
    int columns = columns(part);
    rowStep = columns * width + PADDING;
    pixels = offsets(columns, width, c);
    copies = width == c ? pixels : offsets(columns, width, width);
    starts = offsets(part, width, SIZE * width);
    half = CacheLine.START + POINTS * rowStep;
    scratch = pool.take(CacheLine.START + Shape.product(2, POINTS, rowStep));
  }

  /** As many tiles as may wait in parts of about the same size. */
  private static int part(int tiles, int width) {
    int parts = 1;
    while (parts < tiles && POINTS * columns(size(tiles, parts)) * width > WAITING) {
      parts++;
    }
    return size(tiles, parts);
  }

  private static int size(int tiles, int parts) {
    return (tiles + parts - 1) / parts;
  }

  /** Columns of pixels that tiles side by side see. */
  private static int columns(int tiles) {
    return SIZE * tiles + POINTS - SIZE;
  }

  /** Where each vector lies of runs of {@code width} numbers, {@code step} from one to the next. */
  private static int[] offsets(int runs, int width, int step) {
    int[] offsets = new int[runs * width / LENGTH];
    for (int run = 0, v = 0; run < runs; run++) {
      for (int i = 0; i < width; i += LENGTH) {
        offsets[v++] = run * step + i;
      }
    }
    return offsets;
  }

  /**
   * Transforms what the tiles of a strip see.
   *
   * @param strip its number
   * @param x (N, H, W, C) images
   * @param points receives the tiles
   * @param to row of the first of them
   */
  void image(int strip, float[] x, PointMatrices points, int to) {
    for (int i = 0; i < tiles.perStrip(); i += part) {
      image(strip, i, Math.min(part, tiles.perStrip() - i), x, points, to + i);
    }
  }

  private void image(int strip, int tile, int some, float[] x, PointMatrices points, int to) {
    int top = tiles.top(strip) - at.top(), left = at.left() - SIZE * tile, end = columns(some);
    int first = Math.min(end, Math.max(0, left));
    int last = Math.max(first, Math.min(end, left + at.w()));
    // a part may lie beside the image
    int column = Math.max(0, Math.min(at.w(), first - left));
    int pixel = (tiles.image(strip) * at.h() + top) * at.w() + column;
    int from = pixel * c + channel, step = at.w() * c, into = CacheLine.START + first * width;
    int count = (last - first) * width / LENGTH;
    if (top >= 0 && top + POINTS <= at.h()) {
      WinogradPasses.image(pixels, count, x, from, step, scratch, into, rowStep);
    } else {
      copyRows(
          POINTS, Math.max(0, -top), Math.min(POINTS, at.h() - top), last - first, x, from, step);
      WinogradPasses.image(copies, count, scratch, half, rowStep, scratch, into, rowStep);
    }
    int vectors = some * width / LENGTH;
    for (int i = 0; i < POINTS; i++) {
      int row = CacheLine.START + i * rowStep, target = points.at(i * POINTS, to);
      Arrays.fill(scratch, row, row + first * width, 0);
      Arrays.fill(scratch, row + last * width, row + end * width, 0);
      WinogradPasses.image(
          starts, vectors, scratch, row, width, points.array, target, points.stride);
    }
  }

  /** Copies rows of pixels to the second half of the scratch space; others are zeros. */
  private void copyRows(int rows, int first, int last, int count, float[] x, int from, int step) {
    for (int r = 0; r < rows; r++) {
      int row = half + r * rowStep, source = from + r * step;
      if (r < first || r >= last) {
        Arrays.fill(scratch, row, row + count * width, 0);
      } else if (width == c) {
        System.arraycopy(x, source, scratch, row, count * width);
      } else {
        for (int i = 0; i < count; i++) {
          System.arraycopy(x, source + i * c, scratch, row + i * width, width);
        }
      }
    }
  }

  /**
   * Transforms the results of a strip.
   *
   * @param strip its number
   * @param points holds the tiles
   * @param from row of the first of them
   * @param y (N, OH, OW, C) receives the pixels that exist
   */
  void result(int strip, PointMatrices points, int from, float[] y) {
    for (int i = 0; i < tiles.perStrip(); i += part) {
      result(strip, i, Math.min(part, tiles.perStrip() - i), points, from + i, y);
    }
  }

  private void result(int strip, int tile, int some, PointMatrices points, int from, float[] y) {
    int vectors = some * width / LENGTH;
    for (int i = 0; i < POINTS; i++) {
      int source = points.at(i * POINTS, from), row = CacheLine.START + i * rowStep;
      WinogradPasses.result(
          starts, vectors, points.array, source, points.stride, scratch, row, width);
    }
    int top = tiles.top(strip), rows = Math.min(SIZE, at.oh() - top), step = at.ow() * c;
    int columns = Math.min(SIZE * some, at.ow() - SIZE * tile);
    int to = pixel(strip, top, tile), count = columns * width / LENGTH;
    if (rows == SIZE) {
      WinogradPasses.result(pixels, count, scratch, CacheLine.START, rowStep, y, to, step);
    } else {
      WinogradPasses.result(
          copies, count, scratch, CacheLine.START, rowStep, scratch, half, rowStep);
      for (int r = 0; r < rows; r++) {
        for (int i = 0; i < columns; i++) {
          int source = half + r * rowStep + i * width;
          System.arraycopy(scratch, source, y, to + r * step + i * c, width);
        }
      }
    }
  }

  /**
   * Transforms the gradients of the results of a strip; pixels outside are zeros.
   *
   * @param strip its number
   * @param dy (N, OH, OW, C) holds the pixels
   * @param points receives the tiles
   * @param to row of the first of them
   */
  void resultGrad(int strip, float[] dy, PointMatrices points, int to) {
    for (int i = 0; i < tiles.perStrip(); i += part) {
      resultGrad(strip, i, Math.min(part, tiles.perStrip() - i), dy, points, to + i);
    }
  }

  private void resultGrad(int strip, int tile, int some, float[] dy, PointMatrices points, int to) {
    int top = tiles.top(strip), rows = Math.min(SIZE, at.oh() - top), step = at.ow() * c;
    int columns = Math.min(SIZE * some, at.ow() - SIZE * tile);
    int from = pixel(strip, top, tile), count = columns * width / LENGTH;
    if (rows == SIZE) {
      WinogradPasses.resultGrad(pixels, count, dy, from, step, scratch, CacheLine.START, rowStep);
    } else {
      copyRows(SIZE, 0, rows, columns, dy, from, step);
      WinogradPasses.resultGrad(
          copies, count, scratch, half, rowStep, scratch, CacheLine.START, rowStep);
    }
    int vectors = some * width / LENGTH;
    for (int i = 0; i < POINTS; i++) {
      int row = CacheLine.START + i * rowStep, target = points.at(i * POINTS, to);
      Arrays.fill(scratch, row + columns * width, row + SIZE * some * width, 0);
      WinogradPasses.resultGrad(
          starts, vectors, scratch, row, width, points.array, target, points.stride);
    }
  }

  /** The first channel of the pixel of the result where a tile starts. */
  private int pixel(int strip, int top, int tile) {
    return ((tiles.image(strip) * at.oh() + top) * at.ow() + SIZE * tile) * c + channel;
  }

  @Override
  public void close() {
    pool.give(scratch);
  }
}
