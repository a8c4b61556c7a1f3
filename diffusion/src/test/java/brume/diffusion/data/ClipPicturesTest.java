package brume.diffusion.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.diffusion.image.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipPicturesTest {

  private static final String SETTINGS =
      """
      {"crop_size": 2, "size": 2, "resample": 3, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.25]}
      """;

  @TempDir
  private Path folder;

  private ClipPictures open(String settings) throws IOException {
    Files.writeString(folder.resolve("preprocessor_config.json"), settings);
    return ClipPictures.open(folder);
  }

  /** White and black halves, side by side. */
  private static Picture halves(int height, int width) {
    byte[] bytes = new byte[height * width * 3];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i / 3 % width < width / 2 ? 255 : 0);
    }
    return Picture.of(height, width, 3, bytes);
  }

  @Test
  void numbersAloneAreTheShorterSideAndASquare() throws IOException {
    Picture resized = open(SETTINGS).resized(halves(4, 12));
    assertEquals(2, resized.height());
    assertEquals(6, resized.width());
    assertEquals(2, open(SETTINGS).sized(halves(4, 12)).width());
  }

  @Test
  void channelsAreNormalized() throws IOException {
    byte[] white = new byte[12];
    Arrays.fill(white, (byte) 255);
    double[] values = open(SETTINGS).values(Picture.of(2, 2, 3, white));
    assertArrayEquals(
        new double[] {1, 1, 2}, Arrays.copyOf(values, 3), 1e-12, "of the first pixel");
  }

  /** Bicubic weights are negative beyond the edge; what they overshoot is cut off on 8-bit levels. */
  @Test
  void overshootIsCut() throws IOException {
    ClipPictures larger =
        open("{\"do_center_crop\": false, \"size\": {\"height\": 4, \"width\": 16},"
            + " \"image_mean\": [0, 0, 0], \"image_std\": [1, 1, 1]}");
    byte[] bytes = larger.resized(halves(4, 8)).toBytes();
    for (int x = 0; x < 7; x++) {
      assertEquals((byte) 255, bytes[3 * x], "column " + x);
      assertEquals((byte) 0, bytes[3 * (15 - x)], "column " + (15 - x));
    }
  }

  @Test
  void whatCannotBeDoneIsRefused() throws IOException {
    Path file = folder.resolve("preprocessor_config.json");
    refuses(
        SETTINGS.replace("\"resample\": 3", "\"resample\": 5"),
        file
            + ": expected resample to be one of 1 (Lanczos), 2 (bilinear), 3 (bicubic), 4 (box), got 5");
    refuses(
        SETTINGS.replace("0.25]", "0]"),
        file
            + ": expected image_std to be a number for each of red, green and blue, got [0.5,0.5,0]");
    refuses(
        SETTINGS.replace("\"crop_size\": 2", "\"crop_size\": {\"height\": 0, \"width\": 2}"),
        file
            + ": expected crop_size to be sides of 1 to 8192 pixels, got {\"height\":0,\"width\":2}");
    assertEquals(
        "clip: expected a picture of at least 3 x 3, as much is cut out of its middle, got 2 x 6",
        assertThrows(IllegalArgumentException.class, () -> open(SETTINGS.replace(
                    "\"crop_size\": 2", "\"crop_size\": 3"))
                .sized(halves(4, 12)))
            .getMessage());
  }

  private void refuses(String settings, String sentence) {
    IOException refusal = assertThrows(IOException.class, () -> open(settings));
    assertEquals(sentence, refusal.getMessage());
  }
}
