package brume.diffusion.text;

import brume.nn.text.TokenRows;
import java.util.List;

/** Turns texts into numbers of tokens, and back. */
public interface Tokenizer {

  /**
   * The tokens of a text, without those that mark where it begins and ends.
   *
   * @param text anything; empty texts have no tokens
   * @return numbers of tokens
   */
  int[] tokens(String text);

  /**
   * The words of tokens.
   *
   * @param tokens numbers of tokens
   * @return a text without marks, which need not be the one they came from, as case and spaces are lost
   * @throws IllegalArgumentException if a number is not that of a token
   */
  String words(int... tokens);

  /**
   * Texts as a text encoder takes them: between the marks of beginning and end, cut or padded to a
   * length. What is cut keeps the mark of the end.
   *
   * @param texts at least one
   * @param length L, of all rows
   * @return (N, L) tokens
   * @throws IllegalArgumentException if there is no text, or no room for the marks
   */
  TokenRows rows(List<String> texts, int length);

  /**
   * Texts as a text encoder takes them, padded to the length of the longest of them, but no longer than
   * {@link #length}.
   *
   * @param texts at least one
   * @return (N, L) tokens
   */
  TokenRows rows(List<String> texts);

  /**
   * How many tokens a row has where nothing else is asked for.
   *
   * @return the length that the files name, 77 for CLIP as a rule
   */
  int length();

  /**
   * How many tokens there are.
   *
   * @return one more than the largest number of a token
   */
  int size();
}
