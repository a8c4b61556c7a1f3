package brume.tensor.cpu.winograd;

import static brume.tensor.cpu.gemm.Tile.COLUMNS;
import static brume.tensor.cpu.loop.CacheLine.START;
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

  /** Channels whose coefficients are packed and transformed before the next: 18 KB. */
  private static final int FEW = 16;

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
   * @return room for the coefficients of a few channels
   */
  static int scratchLength() {
    return START + 9 * FEW * COLUMNS;
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
    for (int p = from; p < to; p += FEW) {
      int some = Math.min(FEW, to - p), length = some * COLUMNS;
      for (int tap = 0; tap < 9; tap++) {
        filters.pack(column, tap * c + p, tap * c + p + some, scratch, START + tap * length);
      }
      for (int i = 0; i < POINTS; i++) {
        int row = points.at(i * POINTS, first + p - from);
        WinogradPasses.filterRow(
            i, length, scratch, START, length, points.array, row, points.stride);
      }
    }
  }
}
