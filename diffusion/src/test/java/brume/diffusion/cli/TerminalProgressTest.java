package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalProgressTest {

  private static final String LONG_RUN = "loss 0.0375  2.5 images/s  71:06:40 left";

  @ParameterizedTest
  @ValueSource(ints = {79, 99, 139})
  void theBarFillsTheLineAndCutsNothing(int width) {
    String line = TerminalProgress.line("training", 10_000, 20_000, LONG_RUN, width);
    assertEquals(width, line.length(), line);
    assertTrue(line.endsWith("] 10000/20000  " + LONG_RUN), line);
    String bar = line.substring(line.indexOf('[') + 1, line.indexOf(']'));
    assertTrue(bar.length() >= 10, line);
    assertEquals(bar.length() / 2, bar.strip().length(), line);
  }

  @Test
  void whereABarHasNoRoomTheNumbersStay() {
    String plain = "training 10000/20000  " + LONG_RUN;
    assertEquals(
        plain, TerminalProgress.line("training", 10_000, 20_000, LONG_RUN, 65).strip());
    assertEquals(plain, TerminalProgress.line("training", 10_000, 20_000, LONG_RUN, 0));
  }

  @Test
  void timeIsToldInMinutesOrHours() {
    assertEquals("0:00 left", TerminalProgress.left(0.2));
    assertEquals("59:59 left", TerminalProgress.left(3599));
    assertEquals("1:00:00 left", TerminalProgress.left(3600));
  }
}
