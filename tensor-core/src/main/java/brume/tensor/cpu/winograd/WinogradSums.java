package brume.tensor.cpu.winograd;

import static brume.tensor.cpu.gemm.Tile.COLUMNS;
import static brume.tensor.cpu.gemm.Tile.WIDE;
import static brume.tensor.cpu.winograd.PointMatrices.POINTS;

import brume.tensor.cpu.gemm.ColumnTiles;
import brume.tensor.cpu.gemm.Gemm;
import brume.tensor.cpu.gemm.Tile;
import brume.tensor.cpu.loop.Columns;
import brume.tensor.cpu.loop.FloatPool;

/**
 * Gradients of a block of filters at the 36 points of {@link Winograd}: sums over tiles of products of
 * the result's gradient and the image. Rows are channels of the result, columns those of the image.
 */
final class WinogradSums implements AutoCloseable {

  private final FloatPool pool;
  private final int results;
  private final int channels;
  private final PointMatrices sums;
  private boolean empty = true;

  /**
   * No sums yet.
   *
   * @param pool lends memory
   * @param results channels of the result in this block
   * @param channels those of the image
   */
  WinogradSums(FloatPool pool, int results, int channels) {
    this.pool = pool;
    this.results = results;
    this.channels = channels;
    sums = PointMatrices.take(pool, results, channels);
  }

  /**
   * Adds the products of some tiles. The image is multiplied where it lies: rows of a block of channels are
   * as close together as those of panels would be.
   *
   * @param tiles how many
   * @param image their points
   * @param grad points of the result's gradient
   */
  void add(int tiles, PointMatrices image, PointMatrices grad) {
    int depth = Gemm.depth(tiles);
    float[] edge = pool.take(Tile.edgeLength(depth));
    for (int point = 0; point < PointMatrices.COUNT; point++) {
      for (int p = 0; p < tiles; p += depth) {
        int some = Math.min(depth, tiles - p), a = grad.at(point, p);
        for (int j = 0; j < channels; j += WIDE) {
          int width = Math.min(WIDE, channels - j);
          int b = image.at(point, p) + j, into = sums.at(point, 0) + j;
          boolean more = !empty || p > 0;
          ColumnTiles.multiply(
              results,
              some,
              grad.array,
              a,
              grad.row,
              image.array,
              b,
              COLUMNS,
              image.row,
              width,
              sums.array,
              into,
              channels,
              more,
              edge);
        }
      }
    }
    pool.give(edge);
    empty = false;
  }

  /**
   * Transforms the sums to gradients of filters.
   *
   * @param dw receives them
   * @param at where that of the block's first channels is
   * @param row elements from one coefficient of a filter to the next
   * @param add whether to add to what dw holds
   */
  void transform(float[] dw, int at, int row, boolean add) {
    float[] array = sums.array;
    int length = results * channels, stride = sums.stride, step = POINTS * stride;
    for (int j = 0; j < POINTS; j++) {
      int column = sums.at(j, 0);
      WinogradPasses.filterGrad(length, array, column, step, array, column, step);
    }
    for (int p = 0; p < 3; p++) {
      int line = sums.at(p * POINTS, 0);
      WinogradPasses.filterGrad(length, array, line, stride, array, line, stride);
    }
    for (int o = 0; o < results; o++) {
      for (int tap = 0; tap < 9; tap++) {
        int source = sums.at(tap / 3 * POINTS + tap % 3, o), target = at + (o * 9 + tap) * row;
        if (add) {
          Columns.add(channels, array, source, dw, target);
        } else {
          System.arraycopy(array, source, dw, target, channels);
        }
      }
    }
  }

  @Override
  public void close() {
    sums.give(pool);
  }
}
