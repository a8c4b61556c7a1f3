package brume.tensor.cpu.patches;

import java.util.Arrays;

/**
 * Patches inside a copy of the image with zeros around it. Patches overlap there, so nothing is copied
 * more than once, and a row of a filter sees its columns and channels as one contiguous piece.
 */
final class PaddedPatches implements Patches {

  private final PatchGeometry at;
  private final Bands bands;
  private final int height; // of an image's band in the copy
  private final int row; // elements of a row of the copy

  PaddedPatches(PatchGeometry at, Bands bands) {
    this.at = at;
    this.bands = bands;
    height = at.spanH(bands.rows());
    row = at.spanW() * at.c();
  }

  /** Elements of a piece: a whole row of the filter unless something lies between its columns. */
  static int piece(PatchGeometry at) {
    return rowsAreContiguous(at) ? at.kw() * at.c() : at.groupChannels();
  }

  private static boolean rowsAreContiguous(PatchGeometry at) {
    return at.groups() == 1 && (at.dilationW() == 1 || at.kw() == 1);
  }

  @Override
  public int length() {
    return bands.images() * height * row;
  }

  @Override
  public int taps() {
    return rowsAreContiguous(at) ? at.kh() : at.kh() * at.kw();
  }

  @Override
  public int piece() {
    return piece(at);
  }

  @Override
  public int shift(int group, int tap) {
    int perRow = rowsAreContiguous(at) ? 1 : at.kw();
    int p = tap / perRow, q = tap % perRow;
    return p * at.dilationH() * row + q * at.dilationW() * at.c() + group * at.groupChannels();
  }

  @Override
  public int[] rows() {
    int[] rows = new int[bands.images() * bands.rows() * at.ow()];
    int next = 0;
    for (int n = 0; n < bands.images(); n++) {
      for (int i = 0; i < bands.rows(); i++) {
        int start = (n * height + i * at.strideH()) * row;
        for (int j = 0; j < at.ow(); j++) {
          rows[next++] = start + j * at.strideW() * at.c();
        }
      }
    }
    return rows;
  }

  @Override
  public void fill(float[] x, int task, float[] scratch) {
    int first = bands.row(task) * at.strideH() - at.top();
    int crop = Math.max(0, -at.left());
    int before = Math.min(row, Math.max(0, at.left()) * at.c());
    int inside = Math.max(0, Math.min(row - before, (at.w() - crop) * at.c()));
    for (int n = 0; n < bands.images(task); n++) {
      int image = bands.image(task) + n;
      for (int r = 0; r < height; r++) {
        int i = first + r, to = (n * height + r) * row;
        if (i < 0 || i >= at.h()) {
          Arrays.fill(scratch, to, to + row, 0);
        } else {
          int from = ((image * at.h() + i) * at.w() + crop) * at.c();
          Arrays.fill(scratch, to, to + before, 0);
          System.arraycopy(x, from, scratch, to + before, inside);
          Arrays.fill(scratch, to + before + inside, to + row, 0);
        }
      }
    }
  }
}
