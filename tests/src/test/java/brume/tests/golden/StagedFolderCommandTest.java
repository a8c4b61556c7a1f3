package brume.tests.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.cli.Main;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code brume sample --from FOLDER --prompt TEXT} with a folder of unCLIP. */
class StagedFolderCommandTest {

  private static final int SIZE = 16 * 16 * 3;

  @TempDir
  private Path temporary;

  private Path folder = Path.of("");

  @BeforeEach
  void copy() throws IOException {
    folder = TextFolders.copied("unclip", temporary.resolve("unclip"));
  }

  @Test
  void aSampleIsTheSameWhateverOthersAreDrawn() throws IOException {
    float[] three = sampled("--prompt", "a bird", "--count", "3");
    assertEquals(3 * SIZE, three.length);
    float[] second = sampled("--prompt", "a bird", "--first", "1", "--count", "1");
    assertArrayEquals(Arrays.copyOfRange(three, SIZE, 2 * SIZE), second, 1e-5f);
    float[] together = sampled("--prompt", "a bird", "--count", "3", "--batch", "3");
    assertArrayEquals(three, together, 1e-4f);
    assertFalse(Arrays.equals(Arrays.copyOf(three, SIZE), second));
  }

  @Test
  void everyStageCounts() throws IOException {
    float[] plain = sampled("--prompt", "a bird");
    assertFalse(Arrays.equals(plain, sampled("--prompt", "a boat")));
    assertFalse(Arrays.equals(plain, sampled("--prompt", "a bird", "--prior-steps", "5")));
    assertFalse(Arrays.equals(plain, sampled("--prompt", "a bird", "--prior-guidance", "1")));
    assertFalse(Arrays.equals(plain, sampled("--prompt", "a bird", "--enlarging-steps", "3")));
    assertFalse(Arrays.equals(plain, sampled("--prompt", "a bird", "--guidance", "none")));
    assertFalse(Arrays.equals(plain, sampled("--prompt", "a bird", "--sampler", "ddim")));
  }

  @Test
  void theWayIsShownSmall() throws IOException {
    Path way = temporary.resolve("way.png");
    run(
        0,
        "--prompt",
        "a bird",
        "--steps",
        "2",
        "--prior-steps",
        "2",
        "--steps-out",
        way.toString());
    assertTrue(Files.size(way) > 0);
  }

  @Test
  void whatDoesNotFitIsToldInOneSentence() throws IOException {
    assertEquals(
        "--from: expected with --prompt TEXT, as this folder draws what a text says, got none",
        run(2));
    for (String option : List.of("--negative-prompt", "--size", "--clip-skip", "--prompt-2")) {
      assertEquals(
          option
              + ": expected with a folder of Stable Diffusion, got one of unCLIP, which has no such thing",
          run(2, "--prompt", "a bird", option, "8"));
    }
    assertEquals(
        "--start: expected with a folder of Stable Diffusion, got one of unCLIP, which begins with a text",
        run(2, "--prompt", "a bird", "--start", "x.png"));
    assertEquals(
        "--prior-steps: expected 1 to 1000, got 0",
        run(2, "--prompt", "a bird", "--prior-steps", "0"));
    assertEquals(
        "--prior-guidance: expected 1 to 1000, got 0.5",
        run(2, "--prompt", "a bird", "--prior-guidance", "0.5"));
    folder = TextFolders.copied("sd1", temporary.resolve("sd1"));
    assertEquals(
        "--enlarging-steps: expected with --from and a folder of unCLIP, got another model",
        run(2, "--prompt", "a bird", "--enlarging-steps", "3"));
  }

  @Test
  void partsThatDoNotGoTogetherAreToldBeforeAnyIsLoaded() throws IOException {
    Files.delete(folder.resolve("super_res_last/diffusion_pytorch_model.safetensors"));
    assertTrue(run(1, "--prompt", "a bird").contains("expected the network's parameters"));
    TextFolders.replace(
        folder.resolve("text_proj/config.json"),
        "\"cross_attention_dim\": 10",
        "\"cross_attention_dim\": 12");
    String said = run(1, "--prompt", "a bird");
    assertTrue(said.endsWith("cross_attention_dim of 12, as text_proj has, got another"), said);
    TextFolders.replace(folder.resolve("model_index.json"), "PriorTransformer", "OtherPrior");
    assertTrue(run(1, "--prompt", "a bird").contains("prior to be a PriorTransformer"));
  }

  private float[] sampled(String... more) throws IOException {
    Path out = temporary.resolve("out.safetensors");
    Files.deleteIfExists(out);
    List<String> words = new ArrayList<>(List.of("--steps", "2", "--out", out.toString()));
    words.addAll(List.of(more));
    if (!words.contains("--prior-steps")) {
      words.addAll(List.of("--prior-steps", "2"));
    }
    if (!words.contains("--enlarging-steps")) {
      words.addAll(List.of("--enlarging-steps", "2"));
    }
    run(0, words.toArray(String[]::new));
    return SafeTensors.read(out).floats("samples");
  }

  /** The last sentence of sampling with a status. */
  private String run(int status, String... more) {
    List<String> words = new ArrayList<>(List.of("sample", "--from", folder.toString()));
    words.addAll(List.of(more));
    if (!words.contains("--out")) {
      words.addAll(List.of("--out", temporary.resolve("out.png").toString()));
    }
    PrintStream before = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      assertEquals(
          status, Main.run(words.toArray(String[]::new)), said.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(before);
    }
    List<String> lines = said.toString(StandardCharsets.UTF_8).lines().toList();
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1).replaceFirst("^brume: ", "");
  }
}
