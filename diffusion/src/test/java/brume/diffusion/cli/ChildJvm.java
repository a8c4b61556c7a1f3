package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The command line in a process of its own, which can be interrupted, killed and put on a diet. */
record ChildJvm(Process process, Path err) {

  private static final Path BASH = Path.of("/bin/bash");
  private static final String IGNORED_SIGNALS = "SigIgn:";
  private static final long INTERRUPT = 1 << 1; // signal 2

  /** Starts a command with what it says on standard error going into a file. */
  static ChildJvm start(Path err, Object... words) throws IOException {
    return start(err, List.of(), words);
  }

  /** Starts a command that Ctrl-C is to end. Jobs in the background may have to ignore it. */
  static ChildJvm startInterruptible(Path err, Object... words) throws IOException {
    assumeTrue(!interruptsAreIgnored(), "Ctrl-C is ignored here, and children inherit that");
    return start(err, words);
  }

  private static boolean interruptsAreIgnored() throws IOException {
    Path status = Path.of("/proc/self/status");
    return Files.exists(status)
        && Files.readAllLines(status).stream()
            .filter(line -> line.startsWith(IGNORED_SIGNALS))
            .map(line -> line.substring(IGNORED_SIGNALS.length()).strip())
            .anyMatch(mask -> (Long.parseUnsignedLong(mask, 16) & INTERRUPT) != 0);
  }

  /** Starts a command that may write no file of more than some KiB, as on a disk that is full. */
  static ChildJvm startOnFullDisk(Path err, int kib, Object... words) throws IOException {
    assumeTrue(Files.isExecutable(BASH), "needs bash");
    return start(
        err, List.of(BASH.toString(), "-c", "ulimit -f " + kib + "; exec \"$0\" \"$@\""), words);
  }

  private static ChildJvm start(Path err, List<String> prefix, Object... words) throws IOException {
    List<String> line = new ArrayList<>(prefix);
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Files of the JVM's own would be cut off, too.
    line.addAll(List.of("-XX:-UsePerfData", "-XX:TieredStopAtLevel=1", "-Xmx512m", "-cp"));
    line.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    line.add(Main.class.getName());
    Arrays.stream(words).map(Object::toString).forEach(line::add);
    File file = err.toFile();
    Process process = new ProcessBuilder(line)
        .redirectError(file)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
    return new ChildJvm(process, err);
  }

  /** What Ctrl-C does. */
  void interrupt() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
  }

  /** Waits for something that the process does. */
  void await(String what, BooleanSupplier happened) throws InterruptedException, IOException {
    for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60); !happened.getAsBoolean(); ) {
      assertTrue(process.isAlive(), () -> "ended before " + what + ": " + said());
      assertTrue(System.nanoTime() < end, () -> "no " + what + " within a minute: " + said());
      Thread.sleep(10);
    }
  }

  /** Waits for its end and hands out what it has said. */
  Shell end() throws InterruptedException {
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), () -> "still running: " + said());
    return new Shell(process.exitValue(), "", said());
  }

  String said() {
    try {
      return Files.readString(err);
    } catch (IOException gone) {
      throw new java.io.UncheckedIOException(gone);
    }
  }
}
