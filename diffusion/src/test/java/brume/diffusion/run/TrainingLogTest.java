package brume.diffusion.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.diffusion.Locales;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingLogTest {

  @TempDir
  private Path folder;

  private Path file() {
    return folder.resolve("log.jsonl");
  }

  private void write(int first, int last) throws IOException {
    try (TrainingLog log = TrainingLog.resume(file(), first - 1)) {
      for (int step = first; step <= last; step++) {
        log.add(new TrainingLog.Line(step, 1.5, 1, 1e-3, 0.25, null));
      }
    }
  }

  private List<Integer> steps() throws IOException {
    return TrainingLog.read(file()).stream().map(TrainingLog.Line::step).toList();
  }

  @Test
  void goesOnAfterAStep() throws IOException {
    assertEquals(List.of(), TrainingLog.read(file()));
    write(1, 5);
    write(4, 4);
    assertEquals(List.of(1, 2, 3, 4), steps());
    assertEquals(4, TrainingLog.lastStep(file()));
  }

  @Test
  void linesAreThereOnceTheyAreForced() throws IOException {
    try (TrainingLog log = TrainingLog.resume(file(), 0)) {
      log.add(new TrainingLog.Line(1, 1, 1, 1, 1, null));
      log.force();
      assertEquals(List.of(1), steps());
    }
  }

  /** What a power failure may leave behind the lines that were forced. */
  @ParameterizedTest
  @ValueSource(strings = {"{\"step\":3,\"lo", "\0\0\0\0", "\0\n\0\n", "null\n{}\n", "\n\n"})
  void whatComesAfterTheLastStepIsDropped(String torn) throws IOException {
    write(1, 2);
    Files.writeString(file(), torn, StandardOpenOption.APPEND);
    write(3, 3);
    assertEquals(List.of(1, 2, 3), steps());
  }

  @Test
  void aLineThatWasCutOffIsLeftOutAndOneInTheMiddleRefused() throws IOException {
    write(1, 2);
    Files.writeString(file(), "{\"step\":3,\"lo", StandardOpenOption.APPEND);
    assertEquals(List.of(1, 2), steps());
    assertEquals(2, TrainingLog.lastStep(file()));
    Files.writeString(file(), "\n{\"step\":4}\n", StandardOpenOption.APPEND);
    assertEquals(
        file() + ": expected a line of JSON a step, line 3 is none",
        assertThrows(IOException.class, this::steps).getMessage());
    assertThrows(IOException.class, () -> write(5, 5));
  }

  @ParameterizedTest
  @MethodSource("brume.diffusion.Locales#all")
  void isTheSameEverywhere(String locale) throws Throwable {
    Locales.in(locale, () -> write(1, 1));
    assertEquals(
        "{\"step\":1,\"loss\":1.5,\"gradientNorm\":1.0,\"learningRate\":0.001,\"seconds\":0.25}\n",
        Files.readString(file()));
  }
}
