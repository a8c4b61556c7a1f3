package brume.diffusion.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.nn.text.TokenRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class T5TokenizerTest {

  private static final int NORMAL = 1, USERS = 4, UNUSED = 5, BYTE = 6; // types
  private static final int UNKNOWN = 2;

  @TempDir
  private Path folder;

  private static SmallUnigrams unigrams() {
    return new SmallUnigrams()
        .piece("\u2581", -2, NORMAL) // 3
        .piece("a", -1, NORMAL)
        .piece("b", -1, NORMAL)
        .piece("ab", -1.5f, NORMAL) // 6
        .piece("\u2581ab", -9, NORMAL)
        .piece("<x>", 0, USERS) // 8
        .piece("bb", -0.5f, UNUSED);
  }

  @Test
  void takesTheMostProbablePieces() throws IOException {
    T5Tokenizer tokenizer = T5Tokenizer.open(unigrams().write(folder));
    assertArrayEquals(new int[] {3, 6, 4}, tokenizer.tokens("aba"));
    assertArrayEquals(new int[] {3, 6, 5, 3, 4}, tokenizer.tokens("  abb   a "));
    assertArrayEquals(new int[0], tokenizer.tokens("   "));
    assertEquals("abb a", tokenizer.words(tokenizer.tokens("abb a")));
    assertEquals(10, tokenizer.size());
  }

  @Test
  void whatIsUnknownIsOnePiece() throws IOException {
    T5Tokenizer tokenizer = T5Tokenizer.open(unigrams().write(folder));
    assertArrayEquals(new int[] {3, UNKNOWN, 4, UNKNOWN}, tokenizer.tokens("xy\u732ba\u732b"));
  }

  @Test
  void wordsOfUsersAreAlwaysFound() throws IOException {
    T5Tokenizer tokenizer = T5Tokenizer.open(unigrams().write(folder));
    assertArrayEquals(new int[] {3, 4, 8, 4}, tokenizer.tokens("a<x>a"));
  }

  @Test
  void lettersBecomeWhatTheMapSays() throws IOException {
    T5Tokenizer tokenizer = T5Tokenizer.open(unigrams().withMap().write(folder));
    assertArrayEquals(tokenizer.tokens("ab"), tokenizer.tokens("\u212bb"));
  }

  @Test
  void theMarkOfTheEndStandsBehindTexts() throws IOException {
    T5Tokenizer tokenizer = T5Tokenizer.open(unigrams().write(folder));
    TokenRows rows = tokenizer.rows(List.of("aba", ""), 3);
    assertArrayEquals(new int[] {3, 6, 1, 1, 0, 0}, rows.tokens());
    assertArrayEquals(new int[] {1, 1, 1, 1, 0, 0}, rows.mask());
    assertEquals(512, tokenizer.length());
  }

  @Test
  void otherModelsAreRefused() throws IOException {
    Path file = folder.resolve("spiece.model");
    unigrams().trainer(3, 2).write(folder);
    refuses(
        file + ": expected a unigram model of sentencepiece, got other content with another kind of"
            + " model");
    unigrams().piece("<0x41>", 0, BYTE).write(folder);
    refuses(
        file + ": expected a unigram model of sentencepiece, got other content with bytes among its"
            + " pieces");
    Files.delete(file);
    refuses(file + ": expected the unigram model of a T5 tokenizer, found no such file");
  }

  private void refuses(String sentence) {
    IOException refusal = assertThrows(IOException.class, () -> T5Tokenizer.open(folder));
    assertEquals(sentence, refusal.getMessage());
  }
}
