package brume.autograd.einsum;

import brume.tensor.Text;
import java.util.ArrayList;
import java.util.List;

/**
 * The words of a spec: names and numbers, {@code ...}, {@code ->}, commas and parentheses. Blanks
 * separate names and mean nothing else.
 */
final class Tokens {

  static final String ARROW = "->", ELLIPSIS = "...", COMMA = ",", OPEN = "(", CLOSE = ")";

  private static final List<String> SIGNS = List.of(ARROW, ELLIPSIS, COMMA, OPEN, CLOSE);

  private Tokens() {}

  /**
   * Splits a spec.
   *
   * @param function whose spec it is, for the message
   * @param text the spec
   * @return its words and signs
   * @throws IllegalArgumentException if a character means nothing
   */
  static List<String> of(String function, String text) {
    List<String> tokens = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      if (text.charAt(at) == ' ') {
        at++;
        continue;
      }
      int end = endOfToken(text, at);
      if (end == at) {
        throw new IllegalArgumentException(Text.of(
            "%s: expected names, commas, parentheses, \"...\" and \"->\" in \"%s\", got '%c' at %d",
            function, text, text.charAt(at), at));
      }
      tokens.add(text.substring(at, end));
      at = end;
    }
    return tokens;
  }

  /** Whether a token is a name or a number. */
  static boolean isWord(String token) {
    return isWordCharacter(token.charAt(0));
  }

  private static int endOfToken(String text, int at) {
    for (String sign : SIGNS) {
      if (text.startsWith(sign, at)) {
        return at + sign.length();
      }
    }
    int end = at;
    while (end < text.length() && isWordCharacter(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isWordCharacter(char c) {
    return isLetter(c) || isDigit(c) || c == '_';
  }

  static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
