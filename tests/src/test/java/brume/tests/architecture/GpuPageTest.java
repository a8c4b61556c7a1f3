package brume.tests.architecture;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.cuda.driver.Arguments;
import brume.cuda.driver.CudaException;
import brume.cuda.driver.Driver;
import brume.cuda.driver.Grid;
import brume.cuda.driver.Kernel;
import brume.cuda.emulator.EmulatedDriver;
import brume.tensor.Text;
import brume.tensor.kernel.KernelTracer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/gpu.md says that commands print and that the emulator finds is so. */
class GpuPageTest {

  private static final Path ROOT = Path.of("..");
  private static final Path PTX =
      ROOT.resolve("cuda-kernels/src/main/resources/brume/cuda/group_norm.ptx");
  private static final Pattern OPTION = Pattern.compile("`(--[a-z-]+)|brume [^\\n#]*?(--[a-z-]+)");
  private static final Pattern TEST = Pattern.compile("`(\\w+Test)`");

  private final String page = read(ROOT.resolve("docs/gpu.md"));

  @Test
  void theTraceIsWhatTheCommandPrints() {
    List<String> printed = new ArrayList<>();
    ServiceLoader.load(KernelTracer.class)
        .findFirst()
        .orElseThrow()
        .trace("group_norm", 0, 3, printed::add);
    assertTrue(page.contains(Text.of("It prints %d lines", printed.size())), printed.size() + "");
    int from = 0;
    for (String piece : block("trace").split("(?m)^\\.\\.\\.\\n")) {
      List<String> wanted = piece.lines().toList();
      int found = from;
      while (found + wanted.size() <= printed.size()
          && !printed.subList(found, found + wanted.size()).equals(wanted)) {
        found++;
      }
      assertTrue(found + wanted.size() <= printed.size(), "expected, in this order,\n" + piece);
      from = found + wanted.size();
    }
  }

  @Test
  void aMissingBarrierIsFoundAsThePageSays() {
    CudaException fault = assertThrows(CudaException.class, () -> runWithoutLine(312));
    assertEquals(block("fault").strip(), fault.getMessage());
    assertDoesNotThrow(() -> runWithoutLine(300));
    assertThrows(CudaException.class, () -> runWithoutLine(568));
  }

  @Test
  void optionsThatThePageNamesExist() throws IOException {
    StringBuilder help = new StringBuilder();
    try (Stream<Path> pages = Files.list(ROOT.resolve("docs/cli"))) {
      pages.forEach(file -> help.append(read(file)));
    }
    Set<String> options = new TreeSet<>();
    for (MatchResult option : OPTION.matcher(page).results().toList()) {
      options.add(option.group(1) == null ? option.group(2) : option.group(1));
    }
    assertTrue(options.containsAll(Set.of("--block", "--device", "--cuda-level")), "" + options);
    for (String option : options) {
      assertTrue(help.indexOf(option + "=") >= 0, option);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"docs/adding-an-op.md", "docs/gpu.md"})
  void testsThatPagesNameExist(String name) throws IOException {
    Set<String> names = new TreeSet<>();
    TEST.matcher(read(ROOT.resolve(name)))
        .results()
        .forEach(test -> names.add(test.group(1) + ".java"));
    assertTrue(names.size() > 5, "" + names);
    for (String module : List.of("tests", "cuda-kernels")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
        files.forEach(file -> names.remove(file.getFileName().toString()));
      }
    }
    assertEquals(Set.of(), names, "tests that are named and do not exist");
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/adding-an-op.md", "docs/gpu.md"})
  void linksLeadToFiles(String name) {
    Path file = ROOT.resolve(name);
    List<String> links = Pattern.compile("\\]\\(([^):# ]+)\\)")
        .matcher(read(file))
        .results()
        .map(link -> link.group(1))
        .toList();
    for (String link : links) {
      assertTrue(Files.exists(file.resolveSibling(link)), link);
    }
  }

  /** Group normalization of the traced example, with a barrier less. */
  private static void runWithoutLine(int number) {
    List<String> lines = new ArrayList<>(read(PTX).lines().toList());
    assertEquals("bar.sync \t0;", lines.get(number - 1).strip());
    lines.set(number - 1, "");
    Driver driver = EmulatedDriver.open(1 << 20);
    Kernel kernel = driver.load("group_norm.ptx", String.join("\n", lines)).kernel("group_norm");
    Arguments arguments = new Arguments()
        .i64(upload(driver, 256), upload(driver, 8), upload(driver, 8))
        .struct(2, 16, 8, 2, 4, 16, 1)
        .f32(1e-5f)
        .i64(driver.allocate(1024), driver.allocate(16), driver.allocate(16));
    driver.launch(kernel, Grid.of(4, 64).withShared(64 * Float.BYTES), arguments);
  }

  private static long upload(Driver driver, int count) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(count * Float.BYTES).order(ByteOrder.nativeOrder());
    long address = driver.allocate(bytes.remaining());
    driver.upload(bytes, address);
    return address;
  }

  private String block(String kind) {
    String begin = "```" + kind + "\n";
    int at = page.indexOf(begin);
    assertTrue(at >= 0, kind);
    return page.substring(at + begin.length(), page.indexOf("```", at + begin.length()));
  }

  private static String read(Path file) {
    return assertDoesNotThrow(() -> Files.readString(file));
  }
}
