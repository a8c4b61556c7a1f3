package brume.tests.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.cli.Main;
import brume.tensor.io.SafeTensors;
import brume.tensor.io.SafeTensorsWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code brume sample --from FOLDER --prompt TEXT}. */
class TextFolderCommandTest {

  @TempDir
  private Path temporary;

  private Path folder = Path.of("");
  private int runs;

  @BeforeEach
  void copy() throws IOException {
    folder = TextFolders.copied("sd1", temporary.resolve("sd1"));
  }

  @Test
  void picturesDependOnTheTextAndOnNothingElse() throws IOException {
    float[] cat = sampled("--prompt", "a cat", "--count", "2");
    assertEquals(2 * 16 * 16 * 3, cat.length);
    assertArrayEquals(cat, sampled("--prompt", "a cat", "--count", "2", "--negative-prompt", ""));
    float[] dog = sampled("--prompt", "a dog", "--count", "2");
    assertFalse(Arrays.equals(cat, dog));
    float[] both = sampled("--prompt", "a cat", "--prompt", "a dog");
    int each = both.length / 2;
    assertArrayEquals(Arrays.copyOf(cat, each), Arrays.copyOf(both, each), 1e-5f);
    assertArrayEquals(
        Arrays.copyOfRange(dog, each, 2 * each), Arrays.copyOfRange(both, each, 2 * each), 1e-5f);
    assertFalse(
        Arrays.equals(cat, sampled("--prompt", "a cat", "--count", "2", "--negative-prompt", "x")));
    assertFalse(
        Arrays.equals(cat, sampled("--prompt", "a cat", "--count", "2", "--clip-skip", "1")));
  }

  @Test
  void theSizeMayBeAnother() throws IOException {
    float[] wide = sampled("--prompt", "a cat", "--size", "8x20", "--guidance", "none");
    assertEquals(8 * 20 * 3, wide.length);
  }

  @Test
  void weightsAreKeptAsWanted() throws IOException {
    float[] stored = sampled("--prompt", "a cat");
    assertArrayEquals(stored, sampled("--prompt", "a cat", "--weights", "float"));
    float[] half = sampled("--prompt", "a cat", "--weights", "half");
    assertFalse(Arrays.equals(stored, half), "rounded to 16 bits");
    assertArrayEquals(stored, half, 0.05f);
    assertEquals(
        "--weights: expected stored, float or half with a folder that draws texts, got raw",
        run(2, "--prompt", "a", "--weights", "raw"));
    assertEquals(
        "--from: expected without --checkpoint and --weights, which are of runs, got both",
        run(2, "--prompt", "a", "--checkpoint", "3"));
  }

  @Test
  void aPictureMayBeTheBeginning() throws IOException {
    Path picture = temporary.resolve("start.png"), way = temporary.resolve("way.png");
    run(0, "--prompt", "a cat", "--steps", "4", "--out", picture.toString());
    float[] little = sampled("--prompt", "a dog", "--start", picture.toString());
    float[] none = sampled("--prompt", "a dog");
    assertFalse(Arrays.equals(little, none));
    run(0, "--prompt", "a cat", "--steps-out", way.toString(), "--steps", "2");
    assertTrue(Files.size(way) > 0);
  }

  @Test
  void whatDoesNotFitIsToldInOneSentence() throws IOException {
    assertEquals(
        "--from: expected with --prompt TEXT, as this folder draws what a text says, got none",
        run(2));
    assertEquals(
        "--class: expected without --prompt, which says what is drawn, got both",
        run(2, "--prompt", "a cat", "--class", "3"));
    assertEquals(
        "--classifier: expected without --prompt, which says what is drawn, got both",
        run(2, "--prompt", "a cat", "--classifier", "x"));
    assertEquals(
        "--negative-prompt: expected with --guidance above 1, which leads away from it, got none",
        run(2, "--prompt", "a cat", "--negative-prompt", "x", "--guidance", "none"));
    assertEquals(
        "--negative-prompt: expected once, or as often as --prompt, 1 times, got it 2 times",
        run(2, "--prompt", "a", "--negative-prompt", "b", "--negative-prompt", "c"));
    assertEquals(
        "--size: expected multiples of 2 pixels, got 7x8",
        run(2, "--prompt", "a", "--size", "7x8"));
    assertEquals(
        "--clip-skip: expected 0 or more, got -1", run(2, "--prompt", "a", "--clip-skip", "-1"));
    assertEquals(
        "clip: expected to skip 0 to 2 layers, got 3", run(2, "--prompt", "a", "--clip-skip", "3"));
    String interpolated = said(1, "interpolate", "--from", folder.toString());
    assertTrue(interpolated.contains("brume sample --from"), interpolated);
    TextFolders.replace(
        folder.resolve("model_index.json"),
        "\"safety_checker\"",
        "\"hypernetwork\": [\"a\", \"B\"], \"safety_checker\"");
    assertTrue(run(1, "--prompt", "a").contains("hypernetwork to be absent"));
  }

  @Test
  void givenNoiseIsTakenOrNamed() throws IOException {
    Path noise = temporary.resolve("noise.safetensors");
    double[] numbers = new double[4 * 8 * 8];
    Arrays.setAll(numbers, i -> Math.sin(i));
    new SafeTensorsWriter().add("start", new int[] {1, 4, 8, 8}, numbers).write(noise);
    String[] given = {"--prompt", "a cat", "--noise", noise.toString()};
    float[] drawn = sampled(given);
    assertArrayEquals(drawn, sampled(given));
    assertFalse(Arrays.equals(drawn, sampled("--prompt", "a cat")));
    assertEquals(
        "--noise: expected without --seed, which nothing would be drawn with, got both",
        run(2, "--prompt", "a", "--noise", noise.toString(), "--seed", "1"));
    assertEquals(
        noise + ": expected start of 1 samples of (4, 4, 8), got (1, 4, 8, 8)",
        run(2, "--prompt", "a", "--noise", noise.toString(), "--size", "8x16"));
    assertEquals(
        noise + ": expected start of 2 samples of (4, 8, 8), got (1, 4, 8, 8)",
        run(2, "--prompt", "a", "--noise", noise.toString(), "--count", "2"));
    assertEquals(
        noise + ": expected steps of 1 steps or more, each of 1 samples of (4, 8, 8), got none",
        run(2, "--prompt", "a", "--noise", noise.toString(), "--sampler", "ddpm", "--steps", "2"));
    assertEquals(
        "--crop: expected with a folder of Stable Diffusion XL, got one that is told no sizes",
        run(2, "--prompt", "a", "--crop", "0,0"));
  }

  @Test
  void aTextThatIsTooLongIsTold() throws IOException {
    String said = said(
        0,
        "sample",
        "--from",
        folder.toString(),
        "--prompt",
        "x1 ".repeat(60),
        "--steps",
        "1",
        "--sampler",
        "ddim",
        "--out",
        temporary.resolve("long.png").toString());
    assertTrue(said.contains("tokens of 'x1 x1"), said);
    assertTrue(said.contains("are not seen"), said);
  }

  private float[] sampled(String... more) throws IOException {
    Path out = temporary.resolve("out.npy.safetensors");
    Files.deleteIfExists(out);
    List<String> words = new ArrayList<>(List.of("--steps", "3", "--out", out.toString()));
    words.addAll(List.of(more));
    run(0, words.toArray(String[]::new));
    return SafeTensors.read(out).floats("samples");
  }

  /** The last sentence of sampling with a status. */
  private String run(int status, String... more) {
    List<String> words = new ArrayList<>(List.of("sample", "--from", folder.toString()));
    words.addAll(List.of(more));
    if (!words.contains("--out")) {
      String name = "out" + runs++ + ".png"; // a drawing that breaks off keeps what was drawn
      words.addAll(List.of("--out", temporary.resolve(name).toString()));
    }
    String said = said(status, words.toArray(String[]::new));
    List<String> lines = said.lines().toList();
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1).replaceFirst("^brume: ", "");
  }

  private static String said(int status, String... words) {
    PrintStream before = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      int got = Main.run(words);
      assertEquals(status, got, said.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(before);
    }
    return said.toString(StandardCharsets.UTF_8);
  }
}
