package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Text;
import brume.tensor.kernel.KernelDifference;
import brume.tensor.kernel.KernelTracer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PtxCommandTest {

  /** Knows one kernel of four threads. */
  public static final class OneKernel implements KernelTracer {

    @Override
    public List<String> kernels() {
      return List.of("twice");
    }

    @Override
    public void trace(String kernel, long block, int thread, Consumer<String> line) {
      if (!kernel.equals("twice")) {
        throw new IllegalArgumentException("kernel: expected twice, got " + kernel);
      }
      if (thread > 3) {
        throw new IllegalArgumentException("thread: expected 0 to 3, got " + thread);
      }
      line.accept(Text.of("block %d, thread %d", block, thread));
    }

    @Override
    public List<KernelDifference> compare(String device) {
      return List.of();
    }

    @Override
    public List<KernelDifference> compare(String device, Path saved) {
      return List.of();
    }

    @Override
    public void save(Path file) throws IOException {
      Files.writeString(file, "bits");
    }
  }

  @Test
  void aThreadIsChosenByItsNumber() {
    assertEquals(
        "block 2, thread 3",
        Shell.run("ptx", "trace", "twice", "--block", 2, "--thread", 3)
            .succeeds()
            .out()
            .strip());
  }

  @Test
  void withoutAKernelThoseWithAnExampleAreListed() {
    assertEquals("twice", Shell.run("ptx", "trace").succeeds().out().strip());
  }

  @Test
  void anUnknownKernelIsWrongUsage() {
    Shell.run("ptx", "trace", "twize")
        .fails(
            2,
            "ptx trace: expected one of the 1 kernels that 'brume ptx trace' lists, got 'twize';"
                + " did you mean twice");
  }

  @Test
  void whatKernelsWriteIsSaved(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("in/bits");
    String said = Shell.run("ptx", "save", file).succeeds().err();
    assertTrue(said.contains("wrote " + file + ", " + Files.size(file) + " bytes"), said);
    Shell refused = Shell.run("ptx", "save", folder);
    assertEquals(1, refused.status());
    assertTrue(
        refused.err().startsWith("brume: " + folder + ": expected to be able"), refused.err());
  }

  @Test
  void anUnknownThreadIsWrongUsage() {
    Shell.run("ptx", "trace", "twice", "--thread", 4).fails(2, "--thread: expected 0 to 3, got 4");
  }
}
