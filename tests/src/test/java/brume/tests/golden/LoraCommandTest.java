package brume.tests.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.exchange.LoraFile;
import brume.tensor.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code brume train --lora-from FOLDER}: adapters learn, are resumed, drawn with and given to others. */
class LoraCommandTest extends TaughtFolder {

  private static final String LAST = "checkpoints/step-000006/model.safetensors";

  @ParameterizedTest
  @ValueSource(strings = {"sd1", "sd2_v", "sdxl"})
  void whatARunHasLearnedIsDrawnByTheFolderWithItsFile(String folder) throws IOException {
    Path run = train("--lora-from", folder, "run", "--steps", "2");
    Path file = temporary.resolve("file");
    said(0, "export", "--run", run, "--out", file);
    float[] own = sampled("a cat", "--run", run);
    assertArrayEquals(own, sampled("a cat", "--from", shipped(folder), "--lora", file), 1e-4f);
    double moved = farthest(own, sampled("a cat", "--from", shipped(folder)));
    assertTrue(moved > 1e-2, "moved by " + moved);
  }

  @Test
  void aRunThatWasStoppedEndsInTheSameBits() throws IOException {
    Path whole =
        train("--lora-from", "sd1", "whole", "--steps", "6", "--rank", "2", "--lora-alpha", "3");
    Path parts =
        train("--lora-from", "sd1", "parts", "--steps", "3", "--rank", "2", "--lora-alpha", "3");
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
    Path run = train(
        "--lora-from", "sd1", "run", "--steps", "6", "--lora-layers", "ff.net.2,time_emb_proj");
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
}
