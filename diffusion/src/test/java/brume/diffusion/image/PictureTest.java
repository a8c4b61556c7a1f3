package brume.diffusion.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureTest {
  @TempDir
  Path folder;

  @Test
  void numbersAreRoundedHalfUpAndClamped() {
    float[] values = {
      9,
      0,
      1,
      -0.1f,
      1.1f,
      0.5f,
      1.5f / 255,
      1.49f / 255,
      254.5f / 255,
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      100f / 255
    };
    byte[] expected = {0, -1, 0, -1, (byte) 128, 2, 1, -1, 0, -1, 0, 100};
    assertArrayEquals(expected, Picture.of(3, 4, 1, values, 1).toBytes());
  }

  @Test
  void everyLevelSurvivesPng() throws IOException {
    byte[] levels = new byte[768];
    for (int i = 0; i < 768; i++) {
      levels[i] = (byte) (i * 7);
    }
    for (int channels : new int[] {1, 3}) {
      Path file = folder.resolve("levels.png");
      Png.write(file, Picture.of(768 / channels / 16, 16, channels, levels));
      int[] samples = ImageIO.read(file.toFile())
          .getRaster()
          .getPixels(0, 0, 16, 768 / channels / 16, (int[]) null);
      for (int i = 0; i < 768; i++) {
        assertEquals(levels[i] & 0xFF, samples[i]);
      }
    }
  }

  @Test
  void enlargingRepeatsPixels() {
    byte[] bytes = {1, 2, 3, 4, 5, 6};
    Picture larger = Picture.of(1, 2, 3, bytes).enlarged(2);
    byte[] expected = {1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6, 1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6};
    assertArrayEquals(expected, larger.toBytes());
    assertEquals(List.of(2, 4, 3), List.of(larger.height(), larger.width(), larger.channels()));
  }

  @Test
  void refusesSizesThatDoNotFit() {
    assertEquals(
        "picture: expected 12 bytes for (H, W, C) = (2, 2, 3), got 11",
        assertThrows(IllegalArgumentException.class, () -> Picture.of(2, 2, 3, new byte[11]))
            .getMessage());
    assertEquals(
        "picture: expected H and W of at least 1 and C of 1 or 3, got (H, W, C) = (2, 2, 2)",
        assertThrows(IllegalArgumentException.class, () -> Picture.of(2, 2, 2, new byte[8]))
            .getMessage());
    assertThrows(IndexOutOfBoundsException.class, () -> Picture.of(2, 2, 1, new float[4], 1));
  }

  @Test
  void aGridPutsPicturesInRowsOnWhite() throws IOException {
    List<Picture> pictures = List.of(gray(10), gray(20), gray(30), gray(40), gray(50));
    Picture grid = ImageGrid.of(pictures).withScale(2).toPicture();
    assertEquals(2 + 2 * 4, grid.height());
    assertEquals(2 + 3 * 4, grid.width());
    byte[] bytes = grid.toBytes();
    int[] firstLine = {-1, -1, 10, 10, -1, -1, 20, 20, -1, -1, 30, 30, -1, -1};
    int[] secondLine = {-1, -1, 40, 40, -1, -1, 50, 50, -1, -1, -1, -1, -1, -1};
    for (int x = 0; x < 14; x++) {
      assertEquals(-1, bytes[14 + x]);
      assertEquals(firstLine[x], bytes[2 * 14 + x]);
      assertEquals(firstLine[x], bytes[3 * 14 + x]);
      assertEquals(-1, bytes[5 * 14 + x]);
      assertEquals(secondLine[x], bytes[6 * 14 + x]);
    }
    Path file = folder.resolve("grid.png");
    ImageGrid.of(pictures).withColumns(8).write(file);
    assertEquals(2 + 5 * 3, ImageIO.read(file.toFile()).getWidth());
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }

  private static Picture gray(int level) {
    return Picture.of(1, 1, 1, new byte[] {(byte) level});
  }

  @Test
  void refusesGridsThatDoNotFit() {
    Picture rgb = Picture.of(1, 1, 3, new byte[3]);
    assertEquals(
        "image grid: expected pictures of one size, got (1, 1, 1) and (1, 1, 3)",
        assertThrows(IllegalArgumentException.class, () -> ImageGrid.of(List.of(gray(1), rgb)))
            .getMessage());
    assertEquals(
        "image grid: expected at least 1 picture, 1 column, padding 0 and scale 1, got 0 pictures,"
            + " columns 1, padding 2 and scale 1",
        assertThrows(IllegalArgumentException.class, () -> ImageGrid.of(List.of()))
            .getMessage());
  }
}
