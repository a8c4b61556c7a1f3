package brume.tensor.cpu;

import static brume.tensor.cpu.PointMatrices.POINTS;

import java.util.Arrays;

/**
 * How {@link Winograd} cuts a result into tiles of four by four pixels: a strip is a row of tiles of
 * one image, and strips of all images are numbered through. Transformed tiles are stored as 36
 * matrices, one for each pair of points, whose rows are tiles and whose columns are channels.
 *
 * @param at where the patches lie that give the result
 */
record WinogradTiles(PatchGeometry at) {

  /** Pixels of a tile in each direction. */
  static final int SIZE = 4;

  /** Keeps rows of scratch space out of one set of the first-level cache. */
  private static final int PADDING = 16;

  /** Tiles of a strip. */
  int perStrip() {
    return (at.ow() + SIZE - 1) / SIZE;
  }

  private int stripsPerImage() {
    return (at.oh() + SIZE - 1) / SIZE;
  }

  /** Strips of the batch. */
  int strips() {
    return at.n() * stripsPerImage();
  }

  /** Tiles of the batch. */
  int count() {
    return strips() * perStrip();
  }

  private int columns() {
    return SIZE * perStrip() + POINTS - SIZE;
  }

  private int rowStep() {
    return columns() * at.c() + PADDING;
  }

  /** Elements of scratch space for {@link #transformImage}. */
  int scratchLength() {
    return POINTS * (rowStep() + columns() * at.c());
  }

  /**
   * Transforms what the tiles of a strip see.
   *
   * @param strip its number
   * @param x (N, H, W, C) images
   * @param scratch space
   * @param points receives the tiles
   * @param to row of the first of them
   */
  void transformImage(int strip, float[] x, float[] scratch, PointMatrices points, int to) {
    int n = strip / stripsPerImage(), top = strip % stripsPerImage() * SIZE - at.top();
    int c = at.c(), rowStep = rowStep(), end = columns();
    int first = Math.min(end, Math.max(0, at.left()));
    int last = Math.max(first, Math.min(end, at.left() + at.w()));
    int from = ((n * at.h() + top) * at.w() + first - at.left()) * c, length = (last - first) * c;
    if (top >= 0 && top + POINTS <= at.h()) {
      int step = at.w() * c;
      WinogradPasses.image(1, length, x, from, 0, step, scratch, first * c, 0, rowStep);
    } else {
      int rows = POINTS * rowStep;
      copyRows(top, length, x, from, scratch, rows);
      WinogradPasses.image(1, length, scratch, rows, 0, length, scratch, first * c, 0, rowStep);
    }
    for (int r = 0; r < POINTS; r++) {
      int row = r * rowStep;
      Arrays.fill(scratch, row, row + first * c, 0);
      Arrays.fill(scratch, row + last * c, row + end * c, 0);
      int into = points.at(r * POINTS, to);
      WinogradPasses.image(
          perStrip(), c, scratch, row, SIZE * c, c, points.array, into, points.row, points.stride);
    }
  }

  /** Copies what a strip sees; rows outside the image are zeros. */
  private void copyRows(int top, int length, float[] x, int from, float[] scratch, int rows) {
    for (int r = 0; r < POINTS; r++) {
      int row = rows + r * length;
      if (top + r < 0 || top + r >= at.h()) {
        Arrays.fill(scratch, row, row + length, 0);
      } else {
        System.arraycopy(x, from + r * at.w() * at.c(), scratch, row, length);
      }
    }
  }

  /**
   * Transforms the results of a strip along its rows, the last step to pixels.
   *
   * @param strip its number
   * @param width channels
   * @param points holds row i, point j of tiles in matrix {@code 6*i + j}, and is used as scratch space
   * @param from row of the first tile
   * @param y (N, OH, OW, C) receives the pixels that exist
   * @param channel of y that receives the first
   * @param c channels of y
   */
  void transformResult(
      int strip, int width, PointMatrices points, int from, float[] y, int channel, int c) {
    float[] array = points.array;
    int n = strip / stripsPerImage(), top = strip % stripsPerImage() * SIZE;
    int whole = at.ow() / SIZE, rest = at.ow() % SIZE, tile = points.row, step = points.stride;
    for (int r = 0; r < Math.min(SIZE, at.oh() - top); r++) {
      int source = points.at(r * POINTS, from);
      int row = (n * at.oh() + top + r) * at.ow() * c + channel;
      WinogradPasses.result(whole, width, array, source, tile, step, y, row, SIZE * c, c);
      if (rest > 0) {
        int last = source + whole * tile, into = row + whole * SIZE * c;
        WinogradPasses.result(1, width, array, last, 0, step, array, last, 0, step);
        for (int j = 0; j < rest; j++) {
          System.arraycopy(array, last + j * step, y, into + j * c, width);
        }
      }
    }
  }

  /**
   * Transforms the gradients of a strip along its rows, the first step to points; pixels outside are
   * zeros.
   *
   * @param strip its number
   * @param c channels
   * @param dy (N, OH, OW, C) holds the pixels
   * @param points receives row i, point j of tiles in matrix {@code 6*i + j}
   * @param to row of the first tile
   */
  void transformResultGrad(int strip, int c, float[] dy, PointMatrices points, int to) {
    float[] array = points.array;
    int n = strip / stripsPerImage(), top = strip % stripsPerImage() * SIZE;
    int whole = at.ow() / SIZE, rest = at.ow() % SIZE, tile = points.row, step = points.stride;
    for (int r = 0; r < SIZE; r++) {
      int into = points.at(r * POINTS, to), row = (n * at.oh() + top + r) * at.ow() * c;
      if (top + r >= at.oh()) {
        for (int j = 0; j < POINTS; j++) {
          Arrays.fill(array, into + j * step, into + j * step + perStrip() * tile, 0);
        }
        continue;
      }
      WinogradPasses.resultGrad(whole, c, dy, row, SIZE * c, c, array, into, tile, step);
      if (rest > 0) {
        int last = into + whole * tile, source = row + whole * SIZE * c;
        for (int j = 0; j < SIZE; j++) {
          int pixel = last + j * step;
          if (j < rest) {
            System.arraycopy(dy, source + j * c, array, pixel, c);
          } else {
            Arrays.fill(array, pixel, pixel + c, 0);
          }
        }
        WinogradPasses.resultGrad(1, c, array, last, 0, step, array, last, 0, step);
      }
    }
  }
}
