package brume.tests.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import brume.diffusion.cli.Main;
import brume.tensor.io.SafeTensors;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntBinaryOperator;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Folders that are told texts and given a picture: {@code brume sample --start PICTURE --mask PICTURE} and
 * {@code brume enlarge --from FOLDER --image PICTURE}.
 */
class PictureFolderCommandTest {

  private static final int WHITE = 0xFFFFFF;

  @TempDir
  private Path temporary;

  private Path folder(String name) throws IOException {
    return TextFolders.copied(name, temporary.resolve(name));
  }

  private String picture(String name, int side, IntBinaryOperator color) throws IOException {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        image.setRGB(x, y, color.applyAsInt(x, y));
      }
    }
    Path file = temporary.resolve(name);
    ImageIO.write(image, "png", file.toFile());
    return file.toString();
  }

  private String colors(String name, int side) throws IOException {
    return picture(name, side, (x, y) -> 9 * x << 16 | 7 * y << 8 | 99);
  }

  private String right(int side) throws IOException {
    return picture("right.png", side, (x, y) -> x < side / 2 ? 0 : WHITE);
  }

  @Test
  void aPartIsPaintedAndTheRestKept() throws IOException {
    Path folder = folder("sd1");
    String start = colors("start.png", 16), mask = right(16);
    String left = picture("left.png", 16, (x, y) -> x < 8 ? WHITE : 0);
    float[] painted = sampled(folder, "--start", start, "--mask", mask);
    assertArrayEquals(
        painted, sampled(folder, "--start", start, "--mask", mask, "--strength", "1"));
    assertDiffers(painted, sampled(folder, "--start", start, "--mask", left));
    assertDiffers(painted, sampled(folder, "--start", start, "--mask", mask, "--strength", "0.7"));
    assertDiffers(painted, sampled(folder, "--start", start, "--strength", "1"));
    assertDiffers(painted, sampled(folder));
  }

  @Test
  void aNetworkThatPaintsSeesThePicture() throws IOException {
    Path folder = folder("sd_inpaint9");
    String mask = right(16), start = colors("start.png", 16);
    float[] painted = sampled(folder, "--start", start, "--mask", mask);
    String other = picture("other.png", 16, (x, y) -> x < 8 ? 0xFF0000 : 9 * x << 16 | 99);
    assertDiffers(painted, sampled(folder, "--start", other, "--mask", mask));
    assertDiffers(painted, sampled(folder, "--start", start, "--mask", mask, "--strength", "0.7"));
    assertEquals(
        "--from: expected with --start PICTURE and --mask PICTURE, as the network of this folder paints a part"
            + " of a picture, got none",
        refused(2, "sample", folder));
  }

  @Test
  void aPictureIsEnlarged() throws IOException {
    Path folder = folder("x4_upscaler");
    String small = colors("small.png", 6);
    float[] large = drawn("enlarge", folder, "--image", small);
    assertEquals(24 * 24 * 3, large.length);
    assertArrayEquals(large, drawn("enlarge", folder, "--image", small, "--noise-level", "20"));
    assertDiffers(large, drawn("enlarge", folder, "--image", small, "--noise-level", "0"));
    String other = picture("other.png", 6, (x, y) -> 40 * y << 8);
    assertDiffers(large, drawn("enlarge", folder, "--image", other));
    assertEquals(
        "--noise-level: expected a whole number from 0 to 35 with this folder, got 36.0",
        refused(2, "enlarge", folder, "--image", small, "--noise-level", "36"));
    assertEquals(
        "--from: expected a folder that draws of texts alone, got one that enlarges pictures; ask it with brume"
            + " enlarge --image PICTURE",
        refused(2, "sample", folder));
  }

  @Test
  void whatDoesNotFitIsToldInOneSentence() throws IOException {
    Path folder = folder("sd1");
    String start = colors("start.png", 16);
    assertEquals(
        "--mask: expected with --start PICTURE, of which a part is painted anew, got none",
        refused(2, "sample", folder, "--mask", right(16)));
    assertEquals(
        "--mask: expected a picture of the size of --start, 16x16 (height x width), got 8x8",
        refused(2, "sample", folder, "--start", start, "--mask", right(8)));
    assertEquals(
        "--mask: expected white where the picture is painted anew and black where it stays, got only black",
        refused(
            2,
            "sample",
            folder,
            "--start",
            start,
            "--mask",
            picture("black.png", 16, (x, y) -> 0)));
    assertEquals(
        "--from: expected a folder that enlarges pictures, got one that draws; ask it with brume sample",
        refused(2, "enlarge", folder, "--image", start));
    assertEquals(
        "--prompt-2: expected with a folder of two text encoders, got one",
        refused(2, "sample", folder, "--prompt-2", "oil"));
  }

  @Test
  void theSecondEncoderMayReadAnotherText() throws IOException {
    Path folder = folder("sdxl");
    float[] same = sampled(folder);
    assertArrayEquals(same, sampled(folder, "--prompt-2", "a cat"));
    assertDiffers(same, sampled(folder, "--prompt-2", "oil on canvas"));
    assertEquals(
        "--prompt-2: expected as often as --prompt, 1 times, got it 2 times",
        refused(2, "sample", folder, "--prompt-2", "a", "--prompt-2", "b"));
  }

  private static void assertDiffers(float[] one, float[] other) {
    assertEquals(one.length, other.length);
    assertFalse(Arrays.equals(one, other));
  }

  private float[] sampled(Path folder, String... more) throws IOException {
    return drawn("sample", folder, more);
  }

  private float[] drawn(String command, Path folder, String... more) throws IOException {
    Path out = temporary.resolve("out.safetensors");
    Files.deleteIfExists(out);
    run(0, command, folder, out, more);
    return SafeTensors.read(out).floats("samples");
  }

  private String refused(int status, String command, Path folder, String... more) {
    List<String> lines =
        run(status, command, folder, temporary.resolve("out.png"), more).lines().toList();
    return lines.get(lines.size() - 1).replaceFirst("^brume: ", "");
  }

  private static String run(int status, String command, Path folder, Path out, String... more) {
    List<String> words = new ArrayList<>(List.of(command, "--from", folder.toString()));
    words.addAll(List.of("--prompt", "a cat", "--steps", "3", "--out", out.toString()));
    words.addAll(List.of(more));
    PrintStream before = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      int got = Main.run(words.toArray(String[]::new));
      assertEquals(status, got, said.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(before);
    }
    return said.toString(StandardCharsets.UTF_8);
  }
}
