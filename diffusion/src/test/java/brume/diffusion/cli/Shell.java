package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs a command in this process and keeps what it says. */
record Shell(int status, String out, String err) {

  static Shell run(Object... words) {
    String[] args = List.of(words).stream().map(Object::toString).toArray(String[]::new);
    ByteArrayOutputStream out = new ByteArrayOutputStream(), err = new ByteArrayOutputStream();
    PrintStream outBefore = System.out, errBefore = System.err;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      int status = Main.run(args);
      return new Shell(
          status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(outBefore);
      System.setErr(errBefore);
    }
  }

  /** Requires success. */
  Shell succeeds() {
    assertEquals(0, status, err);
    return this;
  }

  /** Requires a status and, as the last line, one sentence. */
  void fails(int expectedStatus, String sentence) {
    assertEquals("brume: " + sentence, lastLine());
    assertEquals(expectedStatus, status, err);
    assertFalse(err.contains("\tat "), err);
  }

  String lastLine() {
    List<String> lines = err.lines().toList();
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
  }
}
