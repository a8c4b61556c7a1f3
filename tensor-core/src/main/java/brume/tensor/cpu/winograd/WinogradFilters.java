package brume.tensor.cpu.winograd;

import static brume.tensor.cpu.gemm.Tile.COLUMNS;
import static brume.tensor.cpu.winograd.PointMatrices.POINTS;

import brume.tensor.cpu.gemm.Panels;
import brume.tensor.cpu.gemm.Tile;

/**
 * Filters of three by three at the points of {@link Winograd}: rows of the 36 matrices are channels of
 * the image, and a row of {@link Tile#COLUMNS} channels of the result is part of a panel.
 */
final class WinogradFilters {

  /** Most channels that are summed in one go: their part of a panel stays in the first-level cache. */
  private static final int DEPTH = 128;

  private WinogradFilters() {}

  /**
   * Into how many channels of the image sums are cut. All ways to multiply cut them alike, so that
   * they give the same bits.
   *
   * @param c channels of the image
   * @return those of all parts but the last, which may be smaller
   */
  static int depth(int c) {
    int parts = (c + DEPTH - 1) / DEPTH;
    return (c + parts - 1) / parts;
  }

  /**
   * Elements of scratch space for {@link #transform}.
   *
   * @param channels of the image
   * @return room for their coefficients
   */
  static int scratchLength(int channels) {
    return 9 * channels * COLUMNS;
  }

  /**
   * Transforms a part of a panel.
   *
   * @param filters (3, 3, C) rows, a column for each channel of the result
   * @param c channels of the image
   * @param column the first of the panel
   * @param from first channel of the image
   * @param to channel behind the last
   * @param scratch space
   * @param points receives the rows of the panel, channel by channel
   * @param first row that receives the first channel
   */
  static void transform(
      Panels filters,
      int c,
      int column,
      int from,
      int to,
      float[] scratch,
      PointMatrices points,
      int first) {
    int length = (to - from) * COLUMNS;
    for (int tap = 0; tap < 9; tap++) {
      filters.pack(column, tap * c + from, tap * c + to, scratch, tap * length);
    }
    float[] array = points.array;
    int stride = points.stride, step = POINTS * stride;
    for (int q = 0; q < 3; q++) {
      int into = points.at(q, first);
      WinogradPasses.filter(length, scratch, q * length, 3 * length, array, into, step);
    }
    for (int i = 0; i < POINTS; i++) {
      int row = points.at(i * POINTS, first);
      WinogradPasses.filter(length, array, row, stride, array, row, stride);
    }
  }
}
