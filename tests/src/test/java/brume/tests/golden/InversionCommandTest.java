package brume.tests.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.exchange.EmbeddingFile;
import brume.diffusion.exchange.StableDiffusionFolder;
import brume.diffusion.text.ClipTokenizer;
import brume.tensor.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code brume train --token-from FOLDER}: a word learns, is resumed, drawn with and given to others. */
class InversionCommandTest extends TaughtFolder {

  private static final String LAST = "checkpoints/step-000006/model.safetensors";
  private static final String WORD = "<my-cat>", TEXT = "a <my-cat> on a boat";

  private Path learned(String folder, String run, Object... more) throws IOException {
    Object[] words = new Object[more.length + 4];
    System.arraycopy(
        new Object[] {"--token", WORD, "--initial-word", known(folder)}, 0, words, 0, 4);
    System.arraycopy(more, 0, words, 4, more.length);
    return train("--token-from", folder, run, words);
  }

  /** A word of one token. */
  private static String known(String folder) throws IOException {
    ClipTokenizer tokenizer = ClipTokenizer.open(shipped(folder).resolve("tokenizer"));
    for (String word : new String[] {"cat", "boat", "a", "the"}) {
      if (tokenizer.tokens(word).length == 1) {
        return word;
      }
    }
    throw new AssertionError("no word of one token");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd1", "sd2_v", "sdxl"})
  void theFolderDrawsItWithItsFile(String folder) throws IOException {
    Path run = learned(folder, "run", "--steps", 2, "--vectors", 2);
    Path out = temporary.resolve("file"), file = out.resolve(EmbeddingFile.NAME);
    said(0, "export", "--run", run, "--out", out);
    float[] own = sampled(TEXT, "--run", run);
    assertArrayEquals(own, sampled(TEXT, "--from", shipped(folder), "--embedding", file), 1e-4f);
    double moved = farthest(own, sampled(TEXT, "--from", shipped(folder)));
    assertTrue(moved > 1e-3, "moved by " + moved);
    assertArrayEquals(
        sampled("a boat", "--run", run), sampled("a boat", "--from", shipped(folder)), 1e-4f);
  }

  @Test
  void aRunThatWasStoppedEndsInTheSameBits() throws IOException {
    Path whole = learned("sd1", "whole", "--steps", 6);
    Path parts = learned("sd1", "parts", "--steps", 3);
    said(0, "train", "--resume", parts, "--steps", "6", "--device", "cpu");
    assertArrayEquals(
        Files.readAllBytes(whole.resolve(LAST)), Files.readAllBytes(parts.resolve(LAST)));
  }

  @Test
  void itsVectorsAloneLearnAndBeginWithTheInitialWord() throws IOException {
    Path run = learned("sd1", "run", "--steps", 6, "--checkpoint-every", 1, "--keep", 9);
    SafeTensors last = SafeTensors.read(run.resolve(LAST));
    assertEquals(Set.of("tower.0"), last.names());
    StableDiffusionFolder folder = StableDiffusionFolder.open(shipped("sd1"), Optional.empty());
    int token = ClipTokenizer.open(folder.tokenizer(0)).tokens(known("sd1"))[0];
    SafeTensors table = SafeTensors.read(shipped("sd1").resolve("text_encoder/model.safetensors"));
    float[] all = table.floats("text_model.embeddings.token_embedding.weight");
    float[] first = SafeTensors.read(run.resolve(LAST.replace("006", "001"))).floats("tower.0");
    float[] learned = last.floats("tower.0");
    boolean moved = false;
    for (int i = 0; i < first.length; i++) {
      // Adam's first step is as long as the rate, 0.05, whatever the gradient, and decay takes a
      // hundredth of that.
      assertEquals(all[token * first.length + i], first[i], 0.052, "begins with the word");
      moved |= Math.abs(first[i] - learned[i]) > 0.01;
    }
    assertTrue(moved, "learns");
  }

  @Test
  void whatPicturesHaveInCommonIsToldByItsWord() throws IOException {
    for (String text : new String[] {"0.txt", "1.txt", "2.txt"}) {
      Files.delete(pictures.resolve(text)); // pictures need no captions
    }
    Path run = learned("sd1", "run", "--steps", 1, "--teaches", "style");
    assertTrue(Files.exists(run.resolve("checkpoints/step-000001")));
  }

  @Test
  void whatCannotBeLearnedIsToldInOneSentence() throws IOException {
    Path folder = shipped("sd1");
    Object[] words = {"train", "--token-from", folder, "--data", pictures};
    assertEquals(
        "--token: expected the word that is learned, such as <my-cat>, got none",
        refused(2, with(words)));
    assertEquals(
        "--initial-word: expected a word that the folder knows, with which --token begins, got none",
        refused(2, with(words, "--token", WORD)));
    String known = known("sd1");
    assertEquals(
        "--token: expected a new word, got " + known
            + ", which the folder has already; choose one such as <my-cat>",
        refused(2, with(words, "--token", known, "--initial-word", known)));
    assertEquals(
        "--initial-word: expected a word of one token, got ?!?, which is 3; choose a simpler word for the same",
        refused(2, with(words, "--token", WORD, "--initial-word", "?!?")));
    assertEquals(
        "--token-from: expected without --lora-from, as a run teaches one thing, got both",
        refused(2, with(words, "--lora-from", folder)));
  }

  private static Object[] with(Object[] words, Object... more) {
    Object[] all = new Object[words.length + more.length];
    System.arraycopy(words, 0, all, 0, words.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return all;
  }

  @Test
  void whatItWouldTakeIsTold() throws IOException {
    String told = said(
        0,
        with(
            new Object[] {"train", "--token-from", shipped("sd1"), "--data", pictures},
            "--token",
            WORD,
            "--initial-word",
            known("sd1"),
            "--dry-run",
            "--device",
            "cpu"));
    assertTrue(told.contains("word of a text encoder with "), told);
  }
}
