package brume.diffusion.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeriesPlotTest {

  @TempDir
  private Path folder;

  /** How many pixels of a small plot have the color of a channel. */
  private static int count(BufferedImage image, int column, int rgb) {
    int count = 0;
    for (int y = 0; y < 170; y++) {
      for (int x = 260 * column; x < 260 * (column + 1); x++) {
        count += (image.getRGB(x, y) & 0xFFFFFF) == rgb ? 1 : 0;
      }
    }
    return count;
  }

  @Test
  void everySeriesHasItsPlotAndEveryChannelItsColor() throws IOException {
    Path file = folder.resolve("series.png");
    new SeriesPlot(-1, 1)
        .with(new double[][] {{0.5, 0.5, 0.5, 0.5}})
        .with(new double[][] {{0.5, 0.5, 0.5, 0.5}, {-0.5, -0.5, -0.5, -0.5}})
        .with(new double[][] {{-7, 7, -7, 7}})
        .write(file);
    BufferedImage image = ImageIO.read(file.toFile());
    assertEquals("520 340", image.getWidth() + " " + image.getHeight());
    assertTrue(count(image, 0, 0x1F4E89) > 100);
    assertEquals(0, count(image, 0, 0xC0562B));
    assertTrue(count(image, 1, 0x1F4E89) > 100);
    assertTrue(count(image, 1, 0xC0562B) > 100);
  }
}
