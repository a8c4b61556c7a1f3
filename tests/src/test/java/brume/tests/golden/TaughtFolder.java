package brume.tests.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.diffusion.cli.Main;
import brume.diffusion.image.Picture;
import brume.diffusion.image.Png;
import brume.tensor.io.SafeTensors;
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
import org.junit.jupiter.api.io.TempDir;

/** A few pictures, of which something small is taught to a stored folder by the command line. */
abstract class TaughtFolder {

  private static final int SIDE = 20; // which is scaled to the size of the folder

  @TempDir
  Path temporary;

  Path pictures = Path.of("");

  @BeforeEach
  void drawPictures() throws IOException {
    pictures = Files.createDirectories(temporary.resolve("pictures"));
    for (int i = 0; i < 3; i++) {
      float[] values = new float[SIDE * SIDE * 3];
      for (int k = 0; k < values.length; k++) {
        values[k] = k % 3 == i ? 1 : -1;
      }
      Png.write(pictures.resolve(i + ".png"), Picture.of(SIDE, SIDE, 3, values, 0));
      Files.writeString(
          pictures.resolve(i + ".txt"),
          List.of("a red boat", "a cat", "a house").get(i));
    }
  }

  static Path shipped(String folder) throws IOException {
    return GoldenCases.shipped().resolve("models/text").resolve(folder);
  }

  /** A few steps, from the folder that an option names. */
  Path train(String option, String folder, String name, Object... more) throws IOException {
    Path run = temporary.resolve(name);
    List<Object> words = new ArrayList<>(
        List.of("train", option, shipped(folder), "--data", pictures, "--run", run));
    words.addAll(List.of("--lr", 0.05, "--accumulate", 1, "--samples", 0, "--device", "cpu"));
    words.addAll(Arrays.asList(more));
    said(0, words.toArray());
    return run;
  }

  /** How far two pictures are apart where it is most. */
  static double farthest(float[] one, float[] other) {
    assertEquals(one.length, other.length);
    double farthest = 0;
    for (int i = 0; i < one.length; i++) {
      farthest = Math.max(farthest, Math.abs(one[i] - other[i]));
    }
    return farthest;
  }

  float[] sampled(String prompt, Object... from) throws IOException {
    Path out = temporary.resolve("out.npy.safetensors");
    Files.deleteIfExists(out);
    List<Object> words = new ArrayList<>(List.of("sample", "--prompt", prompt, "--out", out));
    words.addAll(List.of("--steps", 3, "--seed", 7, "--count", 1, "--device", "cpu"));
    words.addAll(Arrays.asList(from));
    said(0, words.toArray());
    return SafeTensors.read(out).floats("samples");
  }

  static String refused(int status, Object... words) {
    List<String> lines = said(status, words).lines().toList();
    return lines.get(lines.size() - 1).replaceFirst("^brume: ", "");
  }

  static String said(int status, Object... words) {
    PrintStream before = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      String[] texts = Arrays.stream(words).map(Object::toString).toArray(String[]::new);
      int got = Main.run(texts);
      assertEquals(status, got, said.toString(StandardCharsets.UTF_8));
      return said.toString(StandardCharsets.UTF_8);
    } finally {
      System.setErr(before);
    }
  }
}
