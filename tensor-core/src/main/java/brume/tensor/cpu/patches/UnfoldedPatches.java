package brume.tensor.cpu.patches;

import brume.tensor.cpu.gemm.Matrix;
import java.util.Arrays;

/** Patches copied one by one, each group's in one piece: for few channels, where pieces are short. */
public final class UnfoldedPatches implements Patches {

  private final PatchGeometry at;
  private final Bands bands;

  /**
   * Copies patches one by one.
   *
   * @param at the patches
   * @param bands the tasks
   */
  public UnfoldedPatches(PatchGeometry at, Bands bands) {
    this.at = at;
    this.bands = bands;
  }

  @Override
  public int length() {
    return bands.images() * bands.rows() * at.ow() * row();
  }

  /** Elements of a patch of all groups. */
  private int row() {
    return at.depth() * at.groups();
  }

  @Override
  public int taps() {
    return 1;
  }

  @Override
  public int piece() {
    return at.depth();
  }

  @Override
  public int shift(int group, int tap) {
    return group * at.depth();
  }

  @Override
  public int[] rows() {
    return Matrix.of(new float[0], 0, row()).rows(bands.images() * bands.rows() * at.ow());
  }

  @Override
  public void fill(float[] x, int task, float[] scratch) {
    int to = 0;
    for (int n = 0; n < bands.images(task); n++) {
      int image = (bands.image(task) + n) * at.h() * at.w() * at.c();
      for (int i = 0; i < bands.rows(task); i++) {
        int top = (bands.row(task) + i) * at.strideH() - at.top();
        for (int j = 0; j < at.ow(); j++) {
          int left = j * at.strideW() - at.left();
          for (int group = 0; group < at.groups(); group++) {
            copyPatch(x, image + group * at.groupChannels(), top, left, scratch, to);
            to += at.depth();
          }
        }
      }
    }
  }

  /** The patch of one group whose first element lies at row {@code top}, column {@code left}. */
  private void copyPatch(float[] x, int image, int top, int left, float[] scratch, int to) {
    int channels = at.groupChannels(), row = at.kw() * channels, dilation = at.dilationW();
    int run = dilation == 1 && at.groups() == 1 ? at.kw() : 1; // columns that are contiguous
    int first = Math.min(at.kw(), Math.max(0, (dilation - 1 - left) / dilation));
    int end = Math.max(first, Math.min(at.kw(), (at.w() - left + dilation - 1) / dilation));
    for (int p = 0; p < at.kh(); p++) {
      int i = top + p * at.dilationH(), start = to + p * row;
      if (i < 0 || i >= at.h()) {
        Arrays.fill(scratch, start, start + row, 0);
        continue;
      }
      Arrays.fill(scratch, start, start + first * channels, 0);
      for (int q = first; q < end; q += run) {
        int from = image + (i * at.w() + left + q * dilation) * at.c();
        int count = Math.min(run, end - q) * channels;
        System.arraycopy(x, from, scratch, start + q * channels, count);
      }
      Arrays.fill(scratch, start + end * channels, start + row, 0);
    }
  }
}
