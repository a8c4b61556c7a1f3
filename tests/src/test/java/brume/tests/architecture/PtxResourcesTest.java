package brume.tests.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import brume.tensor.Text;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * NVIDIA's assembler takes every kernel, and each can be launched with as many threads as it may be: what
 * a block needs of registers and shared memory is there. Nothing lies in local memory but what is listed.
 */
class PtxResourcesTest {

  private static final Path KERNELS = Path.of("../cuda-kernels/src/main/resources/brume/cuda");
  private static final int MOST_THREADS = 1024; // of a block, where .maxntid promises no fewer
  private static final int REGISTERS =
      65_536; // of a multiprocessor, all of which one block may take
  private static final int UNIT = 256; // registers that a warp takes at once
  private static final int WARP = 32;
  private static final int SHARED = 48 << 10; // bytes, without asking for more
  private static final Pattern USE = Pattern.compile("Compiling entry function '(\\w+)'"
      + "[\\s\\S]*?(\\d+) bytes stack frame, (\\d+) bytes spill stores, (\\d+) bytes spill loads"
      + "[\\s\\S]*?Used (\\d+) registers(?:.*?, (\\d+) bytes smem)?");
  private static final Pattern ENTRY =
      Pattern.compile("\\.entry (\\w+)\\([^)]*\\)\\s*(?:\\.maxntid (\\d+), (\\d+), (\\d+))?");

  /**
   * What ptxas 13 puts into local memory outside of loops, in bytes of a thread, so that six blocks of products
   * of the largest tile find registers, and for others because it prefers one block more.
   */
  private static final Map<String, Integer> SPILLED = Map.of(
      "gemm_large sm_90", 8,
      "gemm_large sm_120", 24,
      "linear_queries_grad_wide sm_90", 16,
      "conv2d_filter_grad_large sm_120", 16);

  @ParameterizedTest
  @ValueSource(strings = {"sm_80", "sm_90", "sm_120"})
  void everyKernelFitsIntoAMultiprocessor(String architecture, @TempDir Path folder)
      throws IOException, InterruptedException {
    assumeTrue(isOnThePath("ptxas"), "skipped: no ptxas on the path");
    List<String> wrong = new ArrayList<>();
    for (Path file : files()) {
      Map<String, Integer> threads = threads(Files.readString(file));
      Matcher use = USE.matcher(assembled(file, architecture, folder));
      List<String> found = new ArrayList<>();
      while (use.find()) {
        found.add(use.group(1));
        check(use, threads.getOrDefault(use.group(1), 0), architecture, wrong);
      }
      assertEquals(threads.keySet(), Set.copyOf(found), file + " for " + architecture);
    }
    assertEquals(List.of(), wrong, "kernels for " + architecture);
  }

  private static void check(Matcher use, int threads, String architecture, List<String> wrong) {
    String kernel = use.group(1);
    int local = Integer.parseInt(use.group(2));
    int ofWarp = (Integer.parseInt(use.group(5)) * WARP + UNIT - 1) / UNIT * UNIT;
    int registers = (threads + WARP - 1) / WARP * ofWarp;
    int shared = use.group(6) == null ? 0 : Integer.parseInt(use.group(6));
    int allowed = SPILLED.getOrDefault(kernel + " " + architecture, 0);
    if (registers > REGISTERS || shared > SHARED || local > allowed) {
      wrong.add(Text.of(
          "%s: %d threads take %d registers of at most %d, %d bytes of shared memory of at most %d,"
              + " %d bytes of local memory each of at most %d",
          kernel, threads, registers, REGISTERS, shared, SHARED, local, allowed));
    }
  }

  /** How many threads of a block each kernel of a file may have. */
  private static Map<String, Integer> threads(String ptx) {
    Map<String, Integer> threads = new TreeMap<>();
    Matcher entry = ENTRY.matcher(ptx);
    while (entry.find()) {
      int most = MOST_THREADS;
      if (entry.group(2) != null) {
        most = Integer.parseInt(entry.group(2))
            * Integer.parseInt(entry.group(3))
            * Integer.parseInt(entry.group(4));
      }
      threads.put(entry.group(1), most);
    }
    assertTrue(!threads.isEmpty(), "a file without kernels");
    return threads;
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(KERNELS)) {
      return files.filter(file -> file.toString().endsWith(".ptx")).sorted().toList();
    }
  }

  /** What the assembler says. */
  private static String assembled(Path file, String architecture, Path folder)
      throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    Process ptxas = new ProcessBuilder(
            "ptxas",
            "-v",
            "-arch=" + architecture,
            "-o",
            folder.resolve("cubin").toString(),
            file.toString())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
    assertTrue(ptxas.waitFor(5, TimeUnit.MINUTES), file.toString());
    String said = Files.readString(log);
    assertEquals(0, ptxas.exitValue(), file + ": " + said);
    return said;
  }

  private static boolean isOnThePath(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
