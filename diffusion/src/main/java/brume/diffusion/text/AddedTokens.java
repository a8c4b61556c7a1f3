package brume.diffusion.text;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that are found in a text as they stand, before it is taken apart: marks, and words that were
 * added to a vocabulary later. Of several at one place the longest counts.
 *
 * @param tokens what to look for
 */
record AddedTokens(List<Added> tokens) {

  /**
   * One of them.
   *
   * @param content its letters
   * @param number of the token
   * @param count how many tokens it stands for, with consecutive numbers
   * @param single whether it counts only where no letter, digit or underscore stands beside it
   */
  record Added(String content, int number, int count, boolean single) {}

  /**
   * A part of a text.
   *
   * @param text its letters
   * @param number of the token that it is, none for what lies between tokens
   * @param count how many tokens with consecutive numbers it is
   */
  record Part(String text, OptionalInt number, int count) {}

  /** Keeps a copy. {@inheritDoc} */
  AddedTokens {
    tokens = tokens.stream().filter(token -> !token.content().isEmpty()).toList();
  }

  /** A text as tokens and what lies between. */
  List<Part> parts(String text) {
    List<Part> parts = new ArrayList<>();
    int from = 0, at = 0;
    while (at < text.length()) {
      Added found = at(text, at);
      if (found == null) {
        at++;
        continue;
      }
      addBetween(parts, text.substring(from, at));
      parts.add(new Part(found.content(), OptionalInt.of(found.number()), found.count()));
      at += found.content().length();
      from = at;
    }
    addBetween(parts, text.substring(from));
    return parts;
  }

  private static void addBetween(List<Part> parts, String text) {
    if (!text.isEmpty()) {
      parts.add(new Part(text, OptionalInt.empty(), 0));
    }
  }

  private @Nullable Added at(String text, int at) {
    Added longest = null;
    for (Added token : tokens) {
      String content = token.content();
      boolean isHere = text.startsWith(content, at)
          && (!token.single() || standsAlone(text, at, at + content.length()));
      if (isHere && (longest == null || content.length() > longest.content().length())) {
        longest = token;
      }
    }
    return longest;
  }

  private static boolean standsAlone(String text, int from, int end) {
    return (from == 0 || !isOfWords(text.codePointBefore(from)))
        && (end == text.length() || !isOfWords(text.codePointAt(end)));
  }

  private static boolean isOfWords(int letter) {
    return Character.isLetterOrDigit(letter) || letter == '_';
  }
}
