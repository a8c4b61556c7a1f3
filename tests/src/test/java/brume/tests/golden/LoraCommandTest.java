package brume.tests.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.cli.Main;
import brume.diffusion.exchange.LoraFile;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code brume train --lora-from FOLDER}: adapters learn, are resumed, drawn with and given to others. */
class LoraCommandTest {

  private static final int SIDE = 20; // which is scaled to the size of the folder
  private static final String LAST = "checkpoints/step-000006/model.safetensors";

  @TempDir
  private Path temporary;

  private Path pictures = Path.of("");

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

  private static Path shipped(String folder) throws IOException {
    return GoldenCases.shipped().resolve("models/text").resolve(folder);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd1", "sd2_v", "sdxl"})
  void whatARunHasLearnedIsDrawnByTheFolderWithItsFile(String folder) throws IOException {
    Path run = train(folder, "run", "--steps", "2");
    Path file = temporary.resolve("file");
    said(0, "export", "--run", run, "--out", file);
    float[] own = sampled("--run", run);
    assertArrayEquals(own, sampled("--from", shipped(folder), "--lora", file), 1e-4f);
    float[] plain = sampled("--from", shipped(folder));
    double farthest = 0;
    for (int i = 0; i < own.length; i++) {
      farthest = Math.max(farthest, Math.abs(own[i] - plain[i]));
    }
    assertTrue(farthest > 1e-2, "moved by " + farthest);
  }

  @Test
  void aRunThatWasStoppedEndsInTheSameBits() throws IOException {
    Path whole = train("sd1", "whole", "--steps", "6", "--rank", "2", "--lora-alpha", "3");
    Path parts = train("sd1", "parts", "--steps", "3", "--rank", "2", "--lora-alpha", "3");
    said(0, "train", "--resume", parts, "--steps", "6", "--device", "cpu");
    assertArrayEquals(
        Files.readAllBytes(whole.resolve(LAST)), Files.readAllBytes(parts.resolve(LAST)));
    SafeTensors learned = SafeTensors.read(whole.resolve(LAST));
    assertTrue(
        learned.names().stream().allMatch(name -> name.contains(".lora_")), "adapters alone");
    Path file = temporary.resolve("file");
    said(0, "export", "--run", whole, "--out", file);
    SafeTensors written = SafeTensors.read(file.resolve(LoraFile.NAME));
    String name = "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_out.0.lora_A.weight";
    assertArrayEquals(learned.floats(name), written.floats("unet." + name));
    assertEquals(
        "{\"unet.lora_alpha\":3.0,\"unet.r\":2,\"unet.target_modules\":[\"to_q\",\"to_k\",\"to_v\",\"to_out.0\"]}",
        written.metadata().get("lora_adapter_metadata"));
  }

  @Test
  void theLayersThatAreAdaptedAreThoseThatAreNamed() throws IOException {
    Path run = train("sd1", "run", "--steps", "6", "--lora-layers", "ff.net.2,time_emb_proj");
    SafeTensors learned = SafeTensors.read(run.resolve(LAST));
    assertTrue(
        learned.names().stream()
            .allMatch(name -> name.contains(".ff.net.2.") || name.contains(".time_emb_proj.")),
        learned.names().toString());
    assertFalse(learned.names().isEmpty());
  }

  @Test
  void whatCannotBeAdaptedIsToldInOneSentence() throws IOException {
    assertEquals(
        "--lora-from: expected the folder of a model of diffusers that is adapted, got none",
        refused(2, "train", "--network", "lora", "--data", pictures, "--condition", "text"));
    assertEquals(
        pictures
            + ": expected a folder of diffusers of Stable Diffusion, with model_index.json and text_encoder,"
            + " found none",
        refused(1, "train", "--lora-from", pictures, "--data", pictures));
    Path paints = shipped("sd_inpaint9");
    assertEquals(
        paints + ": expected a model that draws of texts alone, got one that paints or enlarges",
        refused(1, "train", "--lora-from", paints, "--data", pictures));
  }

  @Test
  void whatItWouldTakeIsTold() throws IOException {
    String told = said(
        0,
        "train",
        "--lora-from",
        shipped("sdxl"),
        "--data",
        pictures,
        "--dry-run",
        "--device",
        "cpu");
    assertTrue(told.contains("adapters of a U-Net that attends to words with "), told);
    assertFalse(told.contains("100 samples or more"), told);
  }

  private Path train(String folder, String name, String... more) throws IOException {
    Path run = temporary.resolve(name);
    List<Object> words = new ArrayList<>(
        List.of("train", "--lora-from", shipped(folder), "--data", pictures, "--run", run));
    words.addAll(List.of("--lr", 0.05, "--accumulate", 1, "--samples", 0, "--device", "cpu"));
    words.addAll(Arrays.asList(more));
    said(0, words.toArray());
    return run;
  }

  private float[] sampled(Object... from) throws IOException {
    Path out = temporary.resolve("out.npy.safetensors");
    Files.deleteIfExists(out);
    List<Object> words = new ArrayList<>(List.of("sample", "--prompt", "a cat", "--out", out));
    words.addAll(List.of("--steps", 3, "--seed", 7, "--count", 1, "--device", "cpu"));
    words.addAll(Arrays.asList(from));
    said(0, words.toArray());
    return SafeTensors.read(out).floats("samples");
  }

  private static String refused(int status, Object... words) {
    List<String> lines = said(status, words).lines().toList();
    return lines.get(lines.size() - 1).replaceFirst("^brume: ", "");
  }

  private static String said(int status, Object... words) {
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
