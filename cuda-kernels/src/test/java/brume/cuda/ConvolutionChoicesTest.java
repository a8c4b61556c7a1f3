package brume.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Choices survive the process, a damaged file, and another process. */
class ConvolutionChoicesTest {

  @TempDir
  private Path folder;

  private ConvolutionChoices choices() {
    return ConvolutionChoices.in(folder, "NVIDIA H200, CUDA 13.0", "cuDNN 9.5.1 in TF32");
  }

  @Test
  void whatWasChosenIsFoundAgain() {
    assertEquals(Optional.empty(), choices().summary());
    choices().keep("FORWARD of 1", "A", "A 1.0 ms");
    assertEquals(Optional.of("A"), choices().of("FORWARD of 1"));
    assertEquals(Optional.empty(), choices().of("FORWARD of 2"));
    Path file = folder.resolve("convolutions-nvidia-h200-cuda-13.0-cudnn-9.5.1-in-tf32.tsv");
    assertEquals(
        Optional.of("convolutions: 1 timed, of which 1 by A; kept in " + file
            + ", delete it to time them again"),
        choices().summary());
  }

  @Test
  void damagedLinesAreTimedAgain() throws IOException {
    choices().keep("FORWARD of 1", "A", "A 1.0 ms");
    Path file = Files.list(folder).findFirst().orElseThrow();
    List<String> lines = Files.readAllLines(file);
    Files.write(file, List.of(lines.get(0), "FORWARD of 2\tB", lines.get(1), "\0\0"));
    assertEquals(Optional.of("A"), choices().of("FORWARD of 1"));
    assertEquals(Optional.empty(), choices().of("FORWARD of 2"));
  }

  @Test
  void ofTwoProcessesTheFirstOnesChoiceStays() {
    ConvolutionChoices here = choices(), there = choices();
    here.keep("FORWARD of 1", "A", "A 1.0 ms");
    there.keep("FORWARD of 1", "B", "B 1.0 ms");
    there.keep("FORWARD of 2", "B", "B 1.0 ms");
    assertEquals(Optional.of("A"), there.of("FORWARD of 1"));
    assertEquals(Optional.of("A"), choices().of("FORWARD of 1"));
    assertEquals(Optional.of("B"), choices().of("FORWARD of 2"));
  }

  @Test
  void aFolderThatCannotBeWrittenIsNoFailure() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    ConvolutionChoices choices = ConvolutionChoices.in(file, "GPU", "library");
    choices.keep("FORWARD of 1", "A", "A 1.0 ms");
    assertEquals(Optional.of("A"), choices.of("FORWARD of 1"));
  }
}
