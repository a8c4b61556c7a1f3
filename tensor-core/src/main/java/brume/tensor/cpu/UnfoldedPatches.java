package brume.tensor.cpu;

import java.util.Arrays;

/** Patches copied one by one, each group's in one piece: for few channels, where pieces are short. */
final class UnfoldedPatches implements Patches {

  private final PatchGeometry at;
  private final Bands bands;

  UnfoldedPatches(PatchGeometry at, Bands bands) {
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
    int channels = at.groupChannels();
    for (int p = 0; p < at.kh(); p++) {
      int i = top + p * at.dilationH();
      if (i < 0 || i >= at.h()) {
        Arrays.fill(scratch, to, to + at.kw() * channels, 0);
        to += at.kw() * channels;
        continue;
      }
      for (int q = 0; q < at.kw(); q++) {
        int j = left + q * at.dilationW();
        boolean inside = j >= 0 && j < at.w();
        int from = image + (i * at.w() + j) * at.c();
        for (int c = 0; c < channels; c++) {
          scratch[to++] = inside ? x[from + c] : 0;
        }
      }
    }
  }
}
