package brume.diffusion.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

class LossPlotTest {
  @TempDir
  Path folder;

  private static long[] steps(int count) {
    return LongStream.rangeClosed(1, count).toArray();
  }

  private static double[] losses(int count) {
    Random random = new Random(1);
    double[] losses = new double[count];
    for (int i = 0; i < count; i++) {
      losses[i] = (1.2 * Math.exp(-i / 60.0) + 0.03) * Math.exp(0.3 * random.nextGaussian());
    }
    return losses;
  }

  @Test
  void writesAPlotOfAnyLength() throws IOException {
    for (int count : new int[] {1, 2, 100, 5000}) {
      Path file = folder.resolve("loss-" + count + ".png");
      LossPlot.write(file, count + " steps", steps(count), losses(count));
      BufferedImage plot = ImageIO.read(file.toFile());
      assertEquals(900, plot.getWidth());
      int[] rgb = plot.getRGB(0, 0, 900, 560, null, 0, 900);
      long bold = Arrays.stream(rgb).filter(pixel -> pixel == 0xFF1F4E89).count();
      assertTrue(bold > (count == 1 ? 20 : 300), count + " steps: " + bold + " pixels of the mean");
    }
  }

  @Test
  void equalLossesAndLossesOfZeroArePlotted() throws IOException {
    LossPlot.write(folder.resolve("equal.png"), "equal", steps(9), new double[9]);
    assertTrue(Files.exists(folder.resolve("equal.png")));
  }

  @Test
  void lossesThatAreNotFiniteAreLeftOut() throws IOException {
    double[] losses = {1, Double.NaN, 0.5, Double.POSITIVE_INFINITY};
    LossCurve curve = LossCurve.of(steps(4), losses);
    assertArrayEquals(new double[] {1, 3}, curve.steps());
    assertArrayEquals(new double[] {1, 0.5}, curve.losses());
    Path file = folder.resolve("a.png");
    LossPlot.write(file, "two of four", steps(4), losses);
    Files.delete(file);
    IOException e = assertThrows(
        IOException.class,
        () -> LossPlot.write(file, "", steps(2), new double[] {Double.NaN, Double.NaN}));
    assertEquals(
        file + ": expected at least one finite loss to plot, got none among 2", e.getMessage());
    assertFalse(Files.exists(file));
  }

  @Test
  void theMeanBeginsAtTheFirstLossAndForgets() {
    double[] losses = new double[500];
    Arrays.fill(losses, 1);
    Arrays.fill(losses, 250, 500, 3);
    double[] means = LossCurve.of(steps(500), losses).means();
    assertEquals(1, means[0]);
    assertEquals(1, means[249], 1e-12);
    assertEquals(3 - 2 * Math.pow(0.9, 10), means[259], 1e-9); // it forgets a tenth a step
    assertEquals(3, means[499], 1e-9);
  }

  @Test
  void thinningKeepsThePeaks() {
    double[] losses = new double[100_000];
    Arrays.fill(losses, 1);
    losses[77_777] = 9;
    losses[33_333] = 0.1;
    LossCurve thin = LossCurve.of(steps(100_000), losses).thinned();
    assertEquals(2000, thin.length());
    assertEquals(9, Arrays.stream(thin.losses()).max().orElseThrow());
    assertEquals(0.1, Arrays.stream(thin.losses()).min().orElseThrow());
    double[] sorted = thin.steps().clone();
    Arrays.sort(sorted);
    assertArrayEquals(sorted, thin.steps());
  }

  @Test
  void theAxisIsLogarithmicOnlyIfThatShowsMore() {
    assertTrue(LossCurve.of(steps(3), new double[] {10, 1, 0.001}).spansDecade());
    assertFalse(LossCurve.of(steps(3), new double[] {2, 1, 0.5}).spansDecade());
    assertFalse(LossCurve.of(steps(3), new double[] {100, 1, 0}).spansDecade());
  }

  @Test
  void theAxisOfStepsBeginsAtZeroUnlessTheRunBeginsLate() {
    assertTrue(LossCurve.of(new long[] {1, 2}, new double[2]).beginsEarly());
    assertFalse(LossCurve.of(new long[] {900, 1000}, new double[2]).beginsEarly());
  }

  @Test
  void refusesUnequalLengths() {
    assertEquals(
        "loss plot: expected one step for each loss, got 3 steps and 2 losses",
        assertThrows(
                IllegalArgumentException.class,
                () -> LossPlot.write(folder.resolve("a.png"), "", steps(3), new double[2]))
            .getMessage());
  }

  @Test
  void aMachineWithoutFontsIsASentence() {
    XYChart chart = new XYChartBuilder().build();
    for (Throwable failure : new Throwable[] {
      new NullPointerException("fontconfig"),
      new UnsatisfiedLinkError("libfreetype.so.6"),
      new InternalError("no fonts")
    }) {
      IOException e = assertThrows(
          IOException.class,
          () -> LossPlot.draw(Path.of("loss.png"), chart, unused -> raise(failure)));
      assertEquals(
          "loss.png: expected to draw a plot with text, got " + failure + "; if this machine has no"
              + " fonts, install some (Debian: fontconfig and fonts-dejavu-core)",
          e.getMessage());
    }
  }

  private static BufferedImage raise(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) failure;
  }
}
