package brume.diffusion.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.nn.text.TokenRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipTokenizerTest {

  private static final int FIRST_BYTE = 0; // that of '!'

  @TempDir
  private Path folder;

  private ClipTokenizer tokenizer;
  private int begin;
  private int end;

  @BeforeEach
  void train() throws IOException {
    tokenizer = BytePairTraining.train(
        List.of("a photo of the cat", "the photo of a cat", "a cat, the theatre"),
        532,
        2,
        8,
        folder);
    end = tokenizer.size() - 1;
    begin = end - 1;
  }

  @Test
  void marksStandAroundTextsAndStayWhenTheyAreCut() {
    TokenRows rows = tokenizer.rows(List.of("cat", "a photo of the cat of the cat", ""), 6);
    assertEquals(begin, rows.tokens()[0]);
    assertEquals(end, rows.tokens()[2]);
    assertArrayEquals(
        new int[] {1, 1, 1, 0, 0, 0}, Arrays.copyOf(rows.mask(), 6), "one word, then padding");
    assertEquals(end, rows.tokens()[6 + 5], "cut, but for the mark of the end");
    assertEquals(1, rows.mask()[6 + 5]);
    assertArrayEquals(
        new int[] {begin, end, end, end, end, end}, Arrays.copyOfRange(rows.tokens(), 12, 18));
  }

  @Test
  void rowsAreAsLongAsTheLongestButNotLonger() {
    assertEquals(4, tokenizer.rows(List.of("cat", "the cat")).length());
    assertEquals(8, tokenizer.rows(List.of("cat ".repeat(20))).length());
  }

  @Test
  void caseSpacesAndCompositionAreTheSame() {
    int[] expected = tokenizer.tokens("the caf\u00e9");
    assertArrayEquals(expected, tokenizer.tokens("  The \u3000 CAFE\u0301\u2028"));
  }

  @Test
  void lowerCaseIsLetterByLetter() {
    assertArrayEquals(tokenizer.tokens("\u03bf\u03c3"), tokenizer.tokens("\u039f\u03a3"));
    assertNotEquals(
        Arrays.toString(tokenizer.tokens("\u03bf\u03c2")),
        Arrays.toString(tokenizer.tokens("\u039f\u03a3")),
        "no final sigma");
  }

  @Test
  void marksInsideOfTextsAreMarks() {
    assertArrayEquals(
        new int[] {begin}, tokenizer.tokens("<|StartOfText|>"), "looked for in lower case");
    assertEquals(1, tokenizer.tokens("<|endoftext|>").length);
    assertTrue(
        tokenizer.tokens("<|EndOfText|>").length > 1,
        "also the padding, which is looked for as it is");
  }

  @Test
  void thePaddingOfTheFilesCounts() throws IOException {
    Path map = folder.resolve("special_tokens_map.json");
    Files.writeString(
        map,
        Files.readString(map)
            .replace("\"pad_token\" : \"<|endoftext|>\"", "\"pad_token\" : \"!\""));
    ClipTokenizer other = ClipTokenizer.open(folder);
    assertEquals(FIRST_BYTE, other.rows(List.of("cat"), 6).tokens()[5]);
    assertArrayEquals(new int[] {0, 0, 0}, other.tokens("!!!"), "never the last letter of a word");
    assertEquals(3, tokenizer.tokens("!!!").length);
    assertNotEquals(0, tokenizer.tokens("!!!")[2]);
  }

  @Test
  void addedWordsAreFoundInAnyCase() {
    ClipTokenizer more = tokenizer.with(List.of("<my-cat>", "<my-cat>_1"));
    assertArrayEquals(new int[] {end + 1, end + 2}, more.tokens("<MY-cat> <my-cat>_1"));
    assertEquals(end + 3, more.size());
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> more.with(List.of("<my-cat>")));
    assertEquals(
        "tokens: expected a new word, got '<my-cat>', which is there", refusal.getMessage());
  }

  @Test
  void aWordOfSeveralTokensMeansAllOfThem() {
    ClipTokenizer more = tokenizer.with("<my-cat>", 3).with("<other>", 1);
    assertArrayEquals(
        new int[] {end + 1, end + 2, end + 3, end + 4}, more.tokens("<my-cat><other>"));
    assertArrayEquals(new int[] {end + 2, end + 3}, more.tokens("<my-cat>_1 <my-cat>_2"));
    assertThrows(IllegalArgumentException.class, () -> more.with("<my-cat>_2", 1));
    assertThrows(IllegalArgumentException.class, () -> more.with(" ", 1));
  }

  @Test
  void aTableOfAddedTokensCounts() throws IOException {
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        """
        {"added_tokens_decoder": {"600": {"content": "<x>", "normalized": false, "single_word": true}},
         "bos_token": "<|startoftext|>", "model_max_length": 1000000000000000019884624838656}
        """);
    ClipTokenizer other = ClipTokenizer.open(folder);
    assertArrayEquals(new int[] {600}, other.tokens("<x>"));
    assertTrue(other.tokens("a<x>").length > 2, "it does not stand alone");
    assertEquals(77, other.length());
    assertEquals(601, other.size());
  }

  @Test
  void longWordsTakeNoLongTime() {
    int[] tokens = tokenizer.tokens("the".repeat(100_000));
    assertTrue(tokens.length > 1000 && tokens.length < 300_000, "got " + tokens.length);
  }

  @Test
  void mergesOfOtherWordsAreRefused() throws IOException {
    Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\nt h\nq q\n");
    IOException refusal = assertThrows(IOException.class, () -> ClipTokenizer.open(folder));
    assertEquals(
        folder.resolve("merges.txt")
            + ": expected two tokens of vocab.json that are one there, too, at line 3, got q q",
        refusal.getMessage());
  }

  @Test
  void rowsWithoutRoomForMarksAreRefused() {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> tokenizer.rows(List.of("cat"), 1));
    assertEquals(
        "tokens: expected a length of 2 or more, as every text has 2 marks, got 1",
        refusal.getMessage());
  }
}
