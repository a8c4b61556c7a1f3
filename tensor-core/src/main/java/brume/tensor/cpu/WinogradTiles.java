package brume.tensor.cpu;

import static brume.tensor.cpu.Tile.LANES;
import static brume.tensor.cpu.Tile.LENGTH;
import static jdk.incubator.vector.FloatVector.fromArray;

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

  /** Points in each direction; also pixels of the image that a tile sees. */
  static final int POINTS = 6;

  /** Keeps the rows of different points out of one set of the first-level cache. */
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

  /**
   * Elements from one matrix to the next.
   *
   * @param elements of a matrix
   * @return a little more
   */
  static int stride(int elements) {
    return elements + PADDING;
  }

  // A strip of the image is held as columns 0, 4, 8, ..., then columns 1, 5, 9, ... and so on. What
  // tiles that lie side by side see of it lies side by side too, and transforms are long loops.

  private int columnStep() {
    return stride((perStrip() + 1) * at.c());
  }

  private int rowStep() {
    return stride(SIZE * columnStep());
  }

  /** Elements of scratch space for {@link #transformImage}. */
  int scratchLength() {
    return POINTS * rowStep();
  }

  /**
   * Transforms what the tiles of a strip see.
   *
   * @param strip its number
   * @param x (N, H, W, C) images
   * @param scratch space
   * @param points receives rows of the 36 matrices
   * @param to where the first row of the first matrix starts
   * @param stride elements from one matrix to the next
   */
  void transformImage(int strip, float[] x, float[] scratch, float[] points, int to, int stride) {
    int n = strip / stripsPerImage(), top = strip % stripsPerImage() * SIZE - at.top();
    for (int r = 0; r < POINTS; r++) {
      int i = top + r;
      if (i < 0 || i >= at.h()) {
        Arrays.fill(scratch, r * rowStep(), (r + 1) * rowStep(), 0);
      } else {
        loadRow(x, (n * at.h() + i) * at.w() * at.c(), scratch, r * rowStep());
      }
    }
    int step = columnStep(), length = perStrip() * at.c();
    WinogradPasses.image(rowStep(), scratch, 0, rowStep(), SIZE * rowStep(), scratch, 0, rowStep());
    for (int r = 0; r < POINTS; r++) {
      int row = r * rowStep(), into = to + r * POINTS * stride;
      WinogradPasses.image(length, scratch, row, step, row + at.c(), points, into, stride);
    }
  }

  /** Copies a row of an image; columns outside are zeros. */
  private void loadRow(float[] x, int from, float[] scratch, int row) {
    int c = at.c(), end = SIZE * (perStrip() + 1);
    int first = Math.min(end, Math.max(0, at.left()));
    int last = Math.max(first, Math.min(end, at.left() + at.w()));
    for (int j = 0; j < end; j++) {
      int into = row + j % SIZE * columnStep() + j / SIZE * c;
      if (j < first || j >= last) {
        Arrays.fill(scratch, into, into + c, 0);
      }
    }
    for (int j = first; j < last; j++) {
      int into = row + j % SIZE * columnStep() + j / SIZE * c, source = from + (j - at.left()) * c;
      for (int k = 0; k < c; k += LENGTH) {
        fromArray(LANES, x, source + k).intoArray(scratch, into + k);
      }
    }
  }

  /**
   * Copies the pixels of the tiles of a strip out of the matrices (row i, column j of tiles in matrix
   * {@code 6*i + j}).
   *
   * @param strip its number
   * @param c channels
   * @param pixels holds the matrices
   * @param from where the first row of the first matrix starts
   * @param stride elements from one matrix to the next
   * @param y (N, OH, OW, C) receives the pixels that exist
   */
  void storeResult(int strip, int c, float[] pixels, int from, int stride, float[] y) {
    int n = strip / stripsPerImage(), top = strip % stripsPerImage() * SIZE;
    for (int r = 0; r < Math.min(SIZE, at.oh() - top); r++) {
      int row = (n * at.oh() + top + r) * at.ow() * c, source = from + r * POINTS * stride;
      for (int j = 0; j < at.ow(); j++) {
        int into = row + j * c, pixel = source + j % SIZE * stride + j / SIZE * c;
        for (int k = 0; k < c; k += LENGTH) {
          fromArray(LANES, pixels, pixel + k).intoArray(y, into + k);
        }
      }
    }
  }

  /**
   * Copies the pixels of the tiles of a strip to the matrices (row i, column j of tiles to matrix
   * {@code 6*i + j}), and zeros for those outside.
   *
   * @param strip its number
   * @param c channels
   * @param dy (N, OH, OW, C) holds the pixels
   * @param pixels receives rows of the matrices
   * @param to where the first row of the first matrix starts
   * @param stride elements from one matrix to the next
   */
  void loadResult(int strip, int c, float[] dy, float[] pixels, int to, int stride) {
    int n = strip / stripsPerImage(), top = strip % stripsPerImage() * SIZE;
    for (int r = 0; r < SIZE; r++) {
      int row = (n * at.oh() + top + r) * at.ow() * c, into = to + r * POINTS * stride;
      int inside = top + r < at.oh() ? at.ow() : 0;
      for (int j = 0; j < inside; j++) {
        int source = row + j * c, pixel = into + j % SIZE * stride + j / SIZE * c;
        for (int k = 0; k < c; k += LENGTH) {
          fromArray(LANES, dy, source + k).intoArray(pixels, pixel + k);
        }
      }
      for (int j = inside; j < SIZE * perStrip(); j++) {
        int pixel = into + j % SIZE * stride + j / SIZE * c;
        Arrays.fill(pixels, pixel, pixel + c, 0);
      }
    }
  }
}
