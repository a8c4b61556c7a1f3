package brume.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.cuda.emulator.ptx.PtxFunction;
import brume.cuda.emulator.ptx.PtxParser;
import brume.tensor.kernel.KernelTracer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Kernels are shown at work. */
class EmulatorTracerTest {

  private final KernelTracer tracer =
      ServiceLoader.load(KernelTracer.class).findFirst().orElseThrow();

  @Test
  void groupNormIsToldFromItsArgumentsToItsEnd() {
    List<String> lines = new ArrayList<>();
    tracer.trace("group_norm", 1, 3, lines::add);
    assertTrue(lines.get(0).startsWith("group_norm (group_norm.ptx): grid"), lines.get(0));
    assertTrue(lines.get(1).contains("argument 0"), lines.get(1));
    assertTrue(lines.stream()
        .anyMatch(line -> line.contains("ld.global") && line.contains("from argument")));
    assertTrue(lines.stream()
        .anyMatch(line -> line.contains("bar.sync") && line.endsWith("waits for the block")));
    assertTrue(lines.get(lines.size() - 1).endsWith("ends"), lines.get(lines.size() - 1));
  }

  @Test
  void everyKernelThatShipsHasAnExample() throws IOException, URISyntaxException {
    Set<String> kernels = new TreeSet<>();
    for (Path file : ShippedKernels.files()) {
      PtxParser.parse(file.toString(), Files.readString(file)).functions().values().stream()
          .filter(PtxFunction::entry)
          .forEach(kernel -> kernels.add(kernel.name()));
    }
    assertTrue(kernels.containsAll(List.of("adam", "apply_silu", "group_norm", "softmax")));
    List<String> shown = tracer.kernels();
    kernels.removeAll(shown);
    assertEquals(Set.of(), kernels, "kernels that no example of KernelExamples launches");
  }

  @Test
  void unknownKernelsBlocksAndThreadsAreRefused() {
    String unknown = assertThrows(
            IllegalArgumentException.class, () -> tracer.trace("none", 0, 0, line -> {}))
        .getMessage();
    assertTrue(unknown.startsWith("kernel: expected one of adam, "), unknown);
    assertEquals("block: expected 0 to 0, got 5", refusal(5, 0));
    assertEquals("thread: expected 0 to 31, got 32", refusal(0, 32));
  }

  private String refusal(long block, int thread) {
    return assertThrows(
            IllegalArgumentException.class,
            () -> tracer.trace("apply_silu", block, thread, line -> {}))
        .getMessage();
  }
}
