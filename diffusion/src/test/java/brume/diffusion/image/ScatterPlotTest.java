package brume.diffusion.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScatterPlotTest {
  @TempDir
  Path folder;

  @Test
  void setsStandSideBySideAndPointsOutsideAreLeftOut() throws IOException {
    Path file = folder.resolve("points.png");
    double[] line = new double[400];
    for (int i = 0; i < 400; i += 2) {
      line[i] = i / 100.0 - 2;
      line[i + 1] = 7; // above the square
    }
    double[] inside = line.clone();
    for (int i = 1; i < 400; i += 2) {
      inside[i] = 1;
    }
    new ScatterPlot(3).with("outside", line).with("inside", inside).write(file);
    BufferedImage plot = ImageIO.read(file.toFile());
    assertEquals(2 * plot.getHeight(), plot.getWidth());
    int side = plot.getHeight();
    assertEquals(0, blue(plot, 0, side));
    assertTrue(blue(plot, side, 2 * side) > 300, "points: " + blue(plot, side, 2 * side));
  }

  @Test
  void aPictureHasThreeChannelsAndAWhiteBackground() throws IOException {
    Picture picture = new ScatterPlot(1).with("", new double[0]).toPicture(folder);
    assertEquals(3, picture.channels());
    assertEquals((byte) 0xFF, picture.toBytes()[0]);
  }

  private static int blue(BufferedImage plot, int from, int to) {
    int count = 0;
    for (int y = 0; y < plot.getHeight(); y++) {
      for (int x = from; x < to; x++) {
        int rgb = plot.getRGB(x, y);
        count += (rgb & 0xFF) > (rgb >> 16 & 0xFF) + 40 ? 1 : 0;
      }
    }
    return count;
  }
}
