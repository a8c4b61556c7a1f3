package brume.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.EOFException;
import java.io.IOException;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;

class TextTest {

  @Test
  void whatAFileHoldsIsShownInOneLine() {
    assertEquals("a?b?[31mc", Text.shown("a\nb\u001b[31mc", 20));
    assertEquals("a??", Text.shown("a\u2028\u0085", 3));
    assertEquals("häu...", Text.shown("häuser", 3));
    assertEquals("", Text.shown("", 3));
  }

  @Test
  void reasonsAreWords() {
    assertEquals("it ends too early", Text.reason(new EOFException()));
    assertEquals("invalid ? block", Text.reason(new ZipException("invalid \n block")));
    String other = "what it says of itself cannot be";
    assertEquals(other, Text.reason(new IOException()));
    assertEquals(other, Text.reason(new ArrayIndexOutOfBoundsException("Index 7 out of bounds")));
  }
}
