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
    return command("sample", more);
  }

  private Shell inpaint(Object... more) {
    return command("inpaint", more);
  }

  private Shell command(String command, Object... more) {
    List<Object> words =
        new ArrayList<>(List.of(command, "--run", run, "--device", "reference", "--out", out()));
    words.addAll(Arrays.asList(more));
    return Shell.run(words.toArray());
  }

  private static Path out() {
    return folder.resolve("samples.safetensors");
  }

  private float[] sampled(Object... more) throws IOException {
    Files.deleteIfExists(out());
    sample(more).succeeds();
    return drawn();
  }

  private float[] painted(Object... more) throws IOException {
    Files.deleteIfExists(out());
    inpaint(more).succeeds();
    return drawn();
  }

  private static float[] drawn() throws IOException {
    return SafeTensors.read(out()).floats("samples");
  }

  @Test
  void blackPartsOfTheMaskStayAsTheyAre() throws IOException {
    for (Object[] how : new Object[][] {
      {"--sampler", "ddim", "--steps", 12},
      {"--sampler", "ddpm", "--steps", 20, "--resample", 2, "--resample-jump", 2},
      {"--sampler", "dpmpp-2m", "--steps", 4}
    }) {
      List<Object> words =
          new ArrayList<>(List.of("--count", 3, "--image", picture, "--mask", mask));
      words.addAll(Arrays.asList(how));
      float[] drawn = painted(words.toArray());
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
    sample("--strength", 0.5)
        .fails(2, "--strength: expected with --start PICTURE, got no picture to start from");
    sample("--start", picture, "--strength", 0)
        .fails(2, "--strength: expected above 0, up to 1, got 0.0");
    sample("--sampler", "ddim-inverse", "--steps", 5)
        .fails(
            2,
            "--sampler: expected one that draws from noise, such as ddim, or --start PICTURE with ddim-inverse,"
                + " which finds the noise of a picture, got neither");
    inpaint("--image", picture, "--mask", mask, "--resample", 2, "--sampler", "dpmpp-2m")
        .fails(
            2,
            "--resample: expected 1 with a sampler whose steps remember those before, got some; take"
                + " --sampler ddpm or ddim");
    inpaint("--image", picture, "--mask", mask, "--resample", 1, "--resample-jump", 3)
        .fails(
            2, "--resample-jump: expected without --resample 1, which never goes back, got both");
    inpaint("--image", picture, "--mask", mask, "--resample", 0)
        .fails(2, "--resample: expected 1 to 1000, got 0");
  }

  @Test
  void whatDoesNotFitIsRefusedInOneSentence() throws IOException {
    inpaint("--image", picture)
        .fails(2, "--mask: expected to be given, it is missing; see 'brume inpaint --help'");
    inpaint("--mask", mask)
        .fails(2, "--image: expected to be given, it is missing; see 'brume inpaint --help'");
    Path black = grey("black.png", (x, y) -> 0);
    inpaint("--image", picture, "--mask", black)
        .fails(
            2,
            "--mask: expected white where the picture is painted anew and black where it stays, got only"
                + " black");
    Path small = folder.resolve("small.png");
    ImageIO.write(new BufferedImage(6, 4, BufferedImage.TYPE_BYTE_GRAY), "png", small.toFile());
    inpaint("--image", picture, "--mask", small)
        .fails(
            2, "--mask: expected a picture of the size of --image, 8x8 (height x width), got 4x6");
  }

  @Test
  void picturesOfAnotherSizeOrInColourAreTakenAndItIsSaid() throws IOException {
    BufferedImage large = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    BufferedImage part = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 256; i++) {
      large.setRGB(i % 16, i / 16, 0xC86432);
      part.getRaster().setSample(i % 16, i / 16, 0, i / 16 < 6 ? 255 : 0);
    }
    Path colored = folder.resolve("colored.png"), mask = folder.resolve("large-mask.png");
    ImageIO.write(large, "png", colored.toFile());
    ImageIO.write(part, "png", mask.toFile());
    Files.deleteIfExists(out());
    String said = inpaint(
            "--image", colored, "--mask", mask, "--resample", 1, "--steps", 3, "--count", 1)
        .succeeds()
        .err();
    assertTrue(
        said.contains(
            "has 16x16 pixels (height x width), the pictures of the run 8x8; it is scaled"),
        said);
    assertTrue(said.contains("has colours, which the pictures of the run have not"), said);
    float[] drawn = drawn();
    assertEquals(drawn[3 * 8], drawn[63], 0, "known pixels of one colour have one grey");
  }

  @Test
  void goingBackIsUsualAndChangesWhatIsPainted() throws IOException {
    Object[] once = {
      "--count", 2, "--steps", 12, "--image", picture, "--mask", mask, "--resample", 1
    };
    Object[] usual = {"--count", 2, "--steps", 12, "--image", picture, "--mask", mask};
    Object[] ten = {
      "--count",
      2,
      "--steps",
      12,
      "--image",
      picture,
      "--mask",
      mask,
      "--resample",
      10,
      "--resample-jump",
      10
    };
    float[] painted = painted(usual);
    assertFalse(Arrays.equals(painted(once), painted));
    assertTrue(Arrays.equals(painted(ten), painted));
  }
}
