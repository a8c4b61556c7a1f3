package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class SentenceTest {

  @Test
  void terminalsObeyNothingThatAFileHolds() {
    IOException hostile = new IOException("a.json: expected b, got \u001b[2J\u009b1m\u007f");
    assertEquals("a.json: expected b, got ?[2J?1m?", Sentence.of(hostile));
    assertEquals(
        "a.json: expected b, got ?[2J?1m?", Sentence.of(new UncheckedIOException(hostile)));
  }

  @Test
  void linesOfAProgramStayLines() {
    String lines = "a.bin: convert it:" + System.lineSeparator() + "import torch";
    assertEquals(lines, Sentence.of(new IOException(lines)));
  }
}
