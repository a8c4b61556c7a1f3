package brume.cuda.emulator.ptx;

import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.tensor.Text;

/** Cuts the text of a PTX file into words, numbers and marks. Mutable: it stands at one token. */
final class PtxLexer {

  private final String file;
  private final String text;
  private int at;
  private int line = 1;
  private int start;
  private int startLine;
  private int lastEnd;
  private String token = "";

  PtxLexer(String file, String text) {
    this.file = file;
    this.text = text;
    next();
  }

  /** The token it stands at; empty at the end of the file. */
  String token() {
    return token;
  }

  /** Line of the token. */
  int line() {
    return startLine;
  }

  /** Place of the token in the text, for {@link #textSince}. */
  int mark() {
    return start;
  }

  /** What was written from a mark to the end of the token before this one, on one line. */
  String textSince(int mark) {
    return text.substring(mark, Math.max(mark, lastEnd)).replaceAll("\\s+", " ");
  }

  boolean is(String expected) {
    return token.equals(expected);
  }

  /** Steps over the token, which is returned. */
  String take() {
    String taken = token;
    next();
    return taken;
  }

  /** Steps over the token if it is the one asked for. */
  boolean skip(String expected) {
    if (is(expected)) {
      next();
      return true;
    }
    return false;
  }

  /** Steps over a token that must be there. */
  void expect(String expected) {
    if (!skip(expected)) {
      throw error(Text.of("expected '%s', got '%s'", expected, token));
    }
  }

  /** Steps over a number that must be there. */
  long takeInteger() {
    boolean negative = skip("-");
    long value = PtxNumber.parse(token)
        .orElseThrow(() -> error(Text.of("expected a number, got '%s'", token)));
    next();
    return negative ? -value : value;
  }

  /** Steps over the rest of a line, for directives that mean nothing here. */
  void skipLine() {
    int of = startLine;
    while (!token.isEmpty() && startLine == of) {
      next();
    }
  }

  CudaException error(String problem) {
    return new CudaException(CudaStatus.INVALID_PTX, file + ":" + startLine, problem);
  }

  private void next() {
    lastEnd = at;
    skipBlanks();
    start = at;
    startLine = line;
    if (at == text.length()) {
      token = "";
      return;
    }
    char c = text.charAt(at);
    if (c == '"') {
      at = text.indexOf('"', at + 1) + 1;
      if (at == 0) {
        throw error("a string that does not end");
      }
    } else if (isWord(c)) {
      while (at < text.length() && isWord(text.charAt(at))) {
        at++;
      }
      if (text.startsWith("::", at)) { // a suffix such as .shared::cta
        at += 2;
        while (at < text.length() && isWord(text.charAt(at))) {
          at++;
        }
      }
    } else {
      at++;
    }
    token = text.substring(start, at);
  }

  private void skipBlanks() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (text.startsWith("//", at)) {
        at = endOr(text.indexOf('\n', at));
      } else if (text.startsWith("/*", at)) {
        int end = endOr(text.indexOf("*/", at));
        line += (int) text.substring(at, end).chars().filter(x -> x == '\n').count();
        at = Math.min(text.length(), end + 2);
      } else if (Character.isWhitespace(c)) {
        line += c == '\n' ? 1 : 0;
        at++;
      } else {
        return;
      }
    }
  }

  private int endOr(int index) {
    return index < 0 ? text.length() : index;
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '$' || c == '%' || c == '.';
  }
}
