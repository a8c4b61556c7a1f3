package brume.diffusion.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BytePairTrainingTest {

  private static final List<String> CAPTIONS = List.of(
      "a red circle left of a blue square",
      "a small red circle",
      "A LARGE blue circle above a red square",
      "the square is blue, isn't it?",
      "12 circles");
  private static final int BYTES = 512, MARKS = 2;

  @TempDir
  private Path folder;

  private ClipTokenizer train(List<String> captions, int size, String name) throws IOException {
    return BytePairTraining.train(captions, size, 2, 16, folder.resolve(name));
  }

  @Test
  void joinsWhatStandsSideBySideMostOften() throws IOException {
    train(List.of("aab aab aab", "ab", "cb cb"), BYTES + MARKS + 2, "t");
    assertEquals(
        List.of("#version: 0.2", "a b</w>", "a ab</w>"),
        Files.readAllLines(folder.resolve("t/merges.txt")));
  }

  @Test
  void ofAsFrequentPairsTheSmallerNumbersAreFirst() throws IOException {
    train(List.of("xy ab", "ab xy"), BYTES + MARKS + 1, "t");
    assertEquals(
        List.of("#version: 0.2", "a b</w>"), Files.readAllLines(folder.resolve("t/merges.txt")));
  }

  @Test
  void theOrderOfTextsChangesNothing() throws IOException {
    train(CAPTIONS, 560, "one");
    List<String> other = new ArrayList<>(CAPTIONS);
    Collections.reverse(other);
    train(other, 560, "other");
    for (String file : List.of("vocab.json", "merges.txt")) {
      assertArrayEquals(
          Files.readAllBytes(folder.resolve("one").resolve(file)),
          Files.readAllBytes(folder.resolve("other").resolve(file)),
          file);
    }
  }

  @Test
  void frequentWordsBecomeOneToken() throws IOException {
    ClipTokenizer tokenizer = train(CAPTIONS, 1000, "t");
    assertEquals(3, tokenizer.tokens("Red CIRCLE, blue").length - 1);
    assertTrue(tokenizer.size() < 1000, "as there are no more pairs that stand twice");
    assertEquals("red circle , blue", tokenizer.words(tokenizer.tokens("Red CIRCLE, blue")));
    assertEquals(16, tokenizer.length());
  }

  @Test
  void bytesThatNoCaptionHasCanBeSaid() throws IOException {
    ClipTokenizer tokenizer = train(CAPTIONS, BYTES + MARKS, "t");
    assertEquals(BYTES + MARKS, tokenizer.size());
    assertEquals("猫 7", tokenizer.words(tokenizer.tokens("猫7")));
    assertEquals(4, tokenizer.tokens("猫7").length);
  }

  @Test
  void refusesSizesWithoutRoomForAllBytes() {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> train(CAPTIONS, 513, "t"));
    assertEquals(
        "tokens: expected a size of 514 to 4194304, a least count of 1 or more and a length of 2 or more,"
            + " got 513, 2 and 16",
        refusal.getMessage());
  }
}
