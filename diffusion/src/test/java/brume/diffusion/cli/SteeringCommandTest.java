package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.io.SafeTensors;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Drawing that begins with a picture, through the command line. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SteeringCommandTest {

  @TempDir
  private static Path folder;

  private Path run = Path.of("");
  private Path picture = Path.of("");
  private Path mask = Path.of("");

  @BeforeAll
  void train() throws IOException {
    run = folder.resolve("run");
    Shell.run(TinyData.train(
            "--data", TinyData.idx(folder.resolve("pictures.idx")), "--run", run, "--steps", 1))
        .succeeds();
    picture = grey("picture.png", (x, y) -> 16 * x + y);
    mask = grey("mask.png", (x, y) -> y < 3 ? 255 : 0);
  }

  private interface Level {
    int at(int x, int y);
  }

  private static Path grey(String name, Level level) throws IOException {
    BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 64; i++) {
      image.getRaster().setSample(i % 8, i / 8, 0, level.at(i % 8, i / 8));
    }
    Path file = folder.resolve(name);
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  private Shell sample(Object... more) {
    List<Object> words =
        new ArrayList<>(List.of("sample", "--run", run, "--device", "reference", "--out", out()));
    words.addAll(Arrays.asList(more));
    return Shell.run(words.toArray());
  }

  private static Path out() {
    return folder.resolve("samples.safetensors");
  }

  private float[] sampled(Object... more) throws IOException {
    Files.deleteIfExists(out());
    sample(more).succeeds();
    return SafeTensors.read(out()).floats("samples");
  }

  @Test
  void blackPartsOfTheMaskStayAsTheyAre() throws IOException {
    for (Object[] how : new Object[][] {
      {"--sampler", "ddim", "--steps", 12},
      {"--sampler", "ddpm", "--steps", 20, "--resample", 1, "--resample-jump", 2},
      {"--sampler", "dpmpp-2m", "--steps", 4}
    }) {
      List<Object> words =
          new ArrayList<>(List.of("--count", 3, "--inpaint", picture, "--mask", mask));
      words.addAll(Arrays.asList(how));
      float[] drawn = sampled(words.toArray());
      boolean alike = true;
      for (int i = 0; i < drawn.length; i++) {
        int x = i % 8, y = i / 8 % 8;
        if (y >= 3) {
          assertEquals((16 * x + y) / 255f, drawn[i], 1e-6f, Arrays.toString(how));
        } else {
          alike &= Math.abs(drawn[i] - (16 * x + y) / 255f) < 1e-3;
        }
      }
      assertFalse(alike, "expected something new where the mask is white");
    }
  }

  @Test
  void fewStepsLeaveMoreOfAPicture() throws IOException {
    float[] near = sampled("--count", 2, "--start", picture, "--strength", 0.1, "--steps", 20);
    float[] far = sampled("--count", 2, "--start", picture, "--steps", 20, "--strength", 1);
    assertFalse(Arrays.equals(near, far));
    assertTrue(distance(near) < distance(far), distance(near) + " " + distance(far));
  }

  /** The noise of a picture is found, and leads back to it; by drawn noise it does not. */
  @Test
  void foundNoiseLeadsBackToThePicture() throws IOException {
    Object[] about = {"--start", picture, "--strength", 1, "--steps", 20, "--clipping", "none"};
    float[] back = sampled(with(about, "--sampler", "ddim-inverse"));
    float[] drawn = sampled(with(about, "--sampler", "ddim", "--count", 1));
    assertEquals(64, back.length, "one sample, as all would be alike");
    assertTrue(10 * distance(back) < distance(drawn), distance(back) + " " + distance(drawn));
  }

  private static Object[] with(Object[] words, Object... more) {
    return Stream.concat(Arrays.stream(words), Arrays.stream(more)).toArray();
  }

  private static double distance(float[] drawn) {
    double sum = 0;
    for (int i = 0; i < drawn.length; i++) {
      sum += Math.abs(drawn[i] - (16 * (i % 8) + i / 8 % 8) / 255f);
    }
    return sum / drawn.length;
  }

  @Test
  void whatHasNoEffectIsRefused() throws IOException {
    sample("--inpaint", picture)
        .fails(
            2, "--inpaint: expected with --mask PICTURE, white where it is painted anew, got none");
    sample("--mask", mask)
        .fails(2, "--mask: expected with --inpaint PICTURE, got no picture to paint");
    sample("--sampler", "ddim-inverse", "--steps", 5)
        .fails(
            2,
            "--sampler: expected one that draws from noise, such as ddim, or --start PICTURE with ddim-inverse,"
                + " which finds the noise of a picture, got neither");
    sample("--strength", 0.5)
        .fails(2, "--strength: expected with --start PICTURE, got no picture to start from");
    sample("--start", picture, "--strength", 0)
        .fails(2, "--strength: expected above 0, up to 1, got 0.0");
    sample("--start", picture, "--inpaint", picture, "--mask", mask)
        .fails(2, "--inpaint: expected without --start, got both");
    sample("--inpaint", picture, "--mask", mask, "--resample", 2, "--sampler", "dpmpp-2m")
        .fails(
            2,
            "--resample: expected 0 with a sampler whose steps remember those before, got some; take"
                + " --sampler ddpm or ddim");
    Path black = grey("black.png", (x, y) -> 0);
    sample("--inpaint", picture, "--mask", black)
        .fails(
            2,
            "--mask: expected white where the picture is painted anew and black where it stays, got only"
                + " black");
  }
}
