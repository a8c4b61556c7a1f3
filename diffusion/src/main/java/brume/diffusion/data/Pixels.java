package brume.diffusion.data;

import java.util.Objects;

/** Bytes of a stored picture as numbers in [0, 1]. */
final class Pixels {
  private Pixels() {}

  /**
   * Copies one picture of (H, W, C) unsigned bytes.
   *
   * @param from holds the picture
   * @param start where in {@code from} it begins
   * @param picture whose height, width and channels it has
   * @param flipped whether left and right change sides
   * @param into receives (H, W, C) values in [0, 1]
   * @param offset where in {@code into} the first value goes
   */
  static void read(
      byte[] from, int start, Dataset picture, boolean flipped, float[] into, int offset) {
    int C = picture.channels();
    int row = picture.width() * C;
    Objects.checkFromIndexSize(offset, picture.pictureLength(), into.length);
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < row; x += C) {
        int source = start + y * row + (flipped ? row - C - x : x);
        for (int c = 0; c < C; c++) {
          into[offset + y * row + x + c] = (from[source + c] & 0xFF) / 255f;
        }
      }
    }
  }
}
