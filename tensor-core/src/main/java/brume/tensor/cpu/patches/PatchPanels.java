package brume.tensor.cpu.patches;

import static brume.tensor.cpu.gemm.Tile.COLUMNS;

import brume.tensor.cpu.gemm.Panels;
import brume.tensor.cpu.gemm.Tile;
import java.util.Arrays;

/**
 * The patches of a batch of images as a right-hand matrix: row k is patch k of one group of channels,
 * column (p, q, c) its element, as in a filter. Nothing but the panels is ever stored.
 */
public final class PatchPanels implements Panels {

  private final PatchGeometry at;
  private final int group;
  private final float[] x;

  /**
   * The patches of one group.
   *
   * @param at where they lie
   * @param group of channels
   * @param x (N, H, W, C) images
   */
  public PatchPanels(PatchGeometry at, int group, float[] x) {
    this.at = at;
    this.group = group;
    this.x = x;
  }

  @Override
  public void pack(int column, int from, int to, float[] panel, int into) {
    int channels = at.groupChannels(), end = Math.min(column + COLUMNS, at.depth());
    int c = column % channels;
    if (c + COLUMNS <= channels) {
      packTap(column / channels, c, COLUMNS, from, to, panel, into);
      return;
    }
    Arrays.fill(panel, into, into + (to - from) * COLUMNS, 0);
    for (int first = column; first < end; ) {
      int width = Math.min(channels - first % channels, end - first);
      packTap(first / channels, first % channels, width, from, to, panel, into + first - column);
      first += width;
    }
  }

  /** Some channels of one element (p, q) of the patches, row of patches by row of patches. */
  private void packTap(int tap, int channel, int width, int from, int to, float[] panel, int into) {
    int p = tap / at.kw(), q = tap % at.kw();
    int offset = q * at.dilationW() - at.left();
    int firstInside = Math.max(0, ceilDiv(-offset, at.strideW()));
    int endInside = Math.min(at.ow(), ceilDiv(at.w() - offset, at.strideW()));
    for (int k = from; k < to; ) {
      int row = k / at.ow(), j = k % at.ow(), count = Math.min(at.ow() - j, to - k);
      int i = row % at.oh() * at.strideH() + p * at.dilationH() - at.top();
      boolean outside = i < 0 || i >= at.h();
      int first = outside ? j + count : Math.min(j + count, Math.max(j, firstInside));
      int end = Math.max(first, Math.min(j + count, endInside));
      int image = (row / at.oh() * at.h() + i) * at.w();
      int source = (image + first * at.strideW() + offset) * at.c() + group * at.groupChannels();
      clear(first - j, width, panel, into);
      int target = into + (first - j) * COLUMNS;
      copy(end - first, width, source + channel, at.strideW() * at.c(), panel, target);
      clear(j + count - end, width, panel, into + (end - j) * COLUMNS);
      into += count * COLUMNS;
      k += count;
    }
  }

  private void copy(int rows, int width, int source, int step, float[] panel, int target) {
    if (width == COLUMNS) {
      Tile.packRows(rows, x, source, step, panel, target);
    } else {
      for (int c = 0; c < width; c++) {
        for (int i = 0; i < rows; i++) {
          panel[target + i * COLUMNS + c] = x[source + i * step + c];
        }
      }
    }
  }

  private static void clear(int rows, int width, float[] panel, int target) {
    if (width == COLUMNS) {
      Arrays.fill(panel, target, target + rows * COLUMNS, 0);
    }
  }

  private static int ceilDiv(int a, int b) {
    return -Math.floorDiv(-a, b);
  }
}
