package brume.diffusion.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ResamplingTest {

  private static float[] resized(int[][] picture, int height, int width) {
    return Resampling.resized(
        (y, row) -> {
          for (int x = 0; x < row.length; x++) {
            row[x] = picture[y][x];
          }
        },
        picture.length,
        picture[0].length,
        1,
        new PictureSize(height, width));
  }

  private static void matches(int[][] expected, float[] actual) {
    for (int y = 0; y < expected.length; y++) {
      for (int x = 0; x < expected[y].length; x++) {
        // Pillow rounds between the rows and the columns, too.
        assertEquals(expected[y][x], actual[y * expected[y].length + x], 1.01, y + ", " + x);
      }
    }
  }

  private static int[][] slope() {
    int[][] picture = new int[7][5];
    for (int y = 0; y < 7; y++) {
      for (int x = 0; x < 5; x++) {
        picture[y][x] = 13 * y + 29 * x;
      }
    }
    return picture;
  }

  @Test
  void smallerPicturesAreThoseOfPillow() { // Image.resize((4, 3), BILINEAR), Pillow 9.4
    matches(
        new int[][] {{18, 52, 86, 120}, {46, 80, 114, 148}, {74, 108, 142, 176}},
        resized(slope(), 3, 4));
  }

  @Test
  void largerPicturesAreThoseOfPillow() { // Image.resize((9, 10), BILINEAR), the first rows
    matches(
        new int[][] {
          {0, 10, 26, 42, 58, 74, 90, 106, 116},
          {7, 17, 33, 49, 65, 81, 97, 113, 123},
          {16, 26, 42, 58, 74, 90, 106, 122, 132}
        },
        resized(slope(), 10, 9));
  }

  @Test
  void aLongStripIsNeverWideAsAWhole() {
    int H = 1 << 20; // 4,096 pixels wide, it would have 4 billion
    float[] small = Resampling.resized(
        (y, row) -> row[0] = y < H / 2 ? 0 : 1, H, 1, 1, new PictureSize(4, 4096));
    assertEquals(0, small[0], 1e-3);
    assertEquals(1, small[3 * 4096 + 4095], 1e-3);
  }

  @Test
  void stripesOfOnePixelBecomeGrey() {
    int[][] stripes = new int[96][96];
    for (int[] row : stripes) {
      for (int x = 0; x < 96; x += 2) {
        row[x] = 255;
      }
    }
    for (float value : resized(stripes, 32, 32)) {
      assertEquals(127.5, value, 15);
    }
    for (float value : resized(stripes, 32, 96)) {
      assertEquals(127.5, Math.abs(value - 127.5), 1e-3); // left as they are along rows
    }
  }
}
