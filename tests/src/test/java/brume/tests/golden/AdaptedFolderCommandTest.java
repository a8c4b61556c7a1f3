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

/** {@code brume sample --from FOLDER --prompt TEXT} with {@code --lora} and {@code --embedding}. */
class AdaptedFolderCommandTest {

  @TempDir
  private Path temporary;

  private Path folder = Path.of("");
  private Path shipped = Path.of("");

  @BeforeEach
  void copy() throws IOException {
    folder = TextFolders.copied("sd1", temporary.resolve("sd1"));
    shipped = GoldenCases.shipped().resolve("models/text");
  }

  private String lora(String kind) {
    return shipped.resolve("sd1_lora").resolve(kind).toString();
  }

  private String word(String file) {
    return shipped.resolve("sd1_textual_inversion").resolve(file).toString();
  }

  @Test
  void changesCountByTheirScaleAndAddUp() throws IOException {
    float[] none = sampled("a cat"), all = sampled("a cat", "--lora", lora("lora_peft"));
    assertFalse(Arrays.equals(none, all));
    float[] half = sampled("a cat", "--lora", lora("lora_peft") + ":0.5");
    assertFalse(Arrays.equals(half, all));
    String file = lora("lora_peft") + "/pytorch_lora_weights.safetensors:0.5";
    assertArrayEquals(all, sampled("a cat", "--lora", file, "--lora", file), 1e-4f);
    assertArrayEquals(
        none, sampled("a cat", "--lora", file, "--lora", file.replace("0.5", "-.5")), 1e-4f);
  }

  @Test
  void aWordMeansItsVectors() throws IOException {
    float[] none = sampled("a house, <my-style>");
    float[] known =
        sampled("a house, <my-style>", "--embedding", word("learned_embeds.safetensors"));
    assertFalse(Arrays.equals(none, known));
    float[] renamed =
        sampled("a house, sks1", "--embedding", word("learned_embeds.safetensors") + ":sks1");
    assertArrayEquals(known, renamed);
    float[] three = sampled("manyvec", "--embedding", word("manyvec.safetensors"));
    assertFalse(Arrays.equals(three, sampled("manyvec")));
  }

  @Test
  void whatDoesNotFitIsToldInOneSentence() throws IOException {
    assertEquals(
        "--lora: expected a file or a folder that is there, got nowhere:2",
        refused(2, "a cat", "--lora", "nowhere:2"));
    assertEquals(
        "--lora: expected a scale other than 0 behind the colon, got 0",
        refused(2, "a cat", "--lora", lora("lora_peft") + ":0"));
    assertEquals(
        "--lora: expected a file, or a file, a colon and a number, got a colon and much",
        refused(2, "a cat", "--lora", lora("lora_peft") + ":much"));
    assertEquals(
        "--embedding: expected a word behind the colon, got none",
        refused(2, "a cat", "--embedding", word("manyvec.safetensors") + ":"));
    Path other = temporary.resolve("other.safetensors");
    new SafeTensorsWriter().add("<x>", new int[] {1, 8}, new double[8]).write(other);
    assertEquals(
        other
            + ": expected vectors of 16 numbers, as the text encoder has, got 8; it was made for another"
            + " model",
        refused(1, "a cat", "--embedding", other.toString()));
    assertEquals(
        "tokens: expected a new word, got 'house', which is there",
        refused(
            2,
            "a cat",
            "--embedding",
            word("manyvec.safetensors") + ":house",
            "--embedding",
            word("manyvec.safetensors") + ":house"));
    String plain = shipped.resolveSibling("diffusers/unet2d_ddpm_style").toString();
    String run = said(2, "sample", "--from", plain, "--lora", lora("lora_peft"));
    assertTrue(run.contains("--lora: expected with a model that draws texts"), run);
  }

  private float[] sampled(String prompt, String... more) throws IOException {
    Path out = temporary.resolve("out.npy.safetensors");
    Files.deleteIfExists(out);
    said(0, words(prompt, out, more));
    return SafeTensors.read(out).floats("samples");
  }

  private String refused(int status, String prompt, String... more) {
    List<String> lines =
        said(status, words(prompt, temporary.resolve("out.png"), more)).lines().toList();
    return lines.get(lines.size() - 1).replaceFirst("^brume: ", "");
  }

  private String[] words(String prompt, Path out, String... more) {
    List<String> words = new ArrayList<>(List.of("sample", "--from", folder.toString()));
    words.addAll(List.of("--prompt", prompt, "--steps", "3", "--out", out.toString()));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private static String said(int status, String... words) {
    PrintStream before = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      assertEquals(status, Main.run(words), said.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(before);
    }
    return said.toString(StandardCharsets.UTF_8);
  }
}
