package brume.diffusion.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * Begins {@code java -jar brume.jar}: a jar cannot ask for an incubator module, so the command line is
 * started again in a JVM that has it, with the flags that the launcher {@code brume} sets, too.
 */
public final class Jar {

  private static final String VECTOR = "jdk.incubator.vector";

  /** Why each: see the script {@code brume}. */
  static final List<String> FLAGS = List.of(
      "--add-modules",
      VECTOR,
      "-XX:+UseParallelGC",
      "-XX:MaxNewSize=128m",
      "-XX:MaxRAMPercentage=70",
      "-Djava.awt.headless=true");

  /** What is of this process, not of the JVM that others have asked for. */
  private static final String STARTER = "brume.starter", TERMINAL = "brume.terminal";

  private Jar() {}

  /**
   * Runs a command and ends as it does.
   *
   * @param args the command and its options
   * @throws IOException if no other JVM can be started
   * @throws InterruptedException never
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (ModuleLayer.boot().findModule(VECTOR).isPresent()) {
      Main.main(args);
      return;
    }
    Process again = new ProcessBuilder(line(args)).inheritIO().start();
    // Ctrl-C in a terminal reaches both; other signals reach this process only and are handed on.
    // Either
    // way the other one may have a checkpoint to write.
    AtomicBoolean signalled = new AtomicBoolean();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(
            () -> {
              signalled.set(true);
              again.destroy();
              waitFor(again);
            },
            "brume-stop"));
    int status = again.waitFor();
    if (!signalled.get()) { // else this process ends by its signal, as soon as the hook is done
      Runtime.getRuntime().halt(status);
    }
  }

  private static void waitFor(Process process) {
    try {
      process.waitFor();
    } catch (InterruptedException impatient) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<String> line(String... args) {
    List<String> asked = asked();
    boolean collects = asked.stream().anyMatch(flag -> flag.matches("-XX:\\+Use\\w+GC"));
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    FLAGS.stream().filter(flag -> !collects || !flag.endsWith("GC")).forEach(line::add);
    if (Runtime.version().feature() >= 24) {
      line.add("--enable-native-access=ALL-UNNAMED");
    }
    line.add("-D" + STARTER + "=" + ProcessHandle.current().pid());
    line.add("-D" + CommandName.PROPERTY + "=java -jar " + System.getProperty("java.class.path"));
    if (isTerminal()) {
      line.add("-D" + TERMINAL + "=true");
    }
    line.addAll(asked);
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    line.addAll(Arrays.asList(args));
    return line;
  }

  /** Flags of the user's, but for those that the other JVM finds for itself. */
  private static List<String> asked() {
    List<String> found = Stream.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")
        .map(System::getenv)
        .filter(Objects::nonNull)
        .flatMap(Jar::words)
        .toList();
    String further = Objects.requireNonNullElse(System.getenv("BRUME_JAVA_OPTIONS"), "");
    return Stream.concat(
            ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> !found.contains(flag)),
            words(further))
        .toList();
  }

  private static Stream<String> words(String text) {
    return Stream.of(text.split("\\s+")).filter(word -> !word.isEmpty());
  }

  /** Whether standard error is looked at, on which a bar is drawn. */
  private static boolean isTerminal() {
    String kind = System.getenv("TERM");
    if (kind == null || kind.equals("dumb")) {
      return false;
    }
    Path err = Path.of("/proc/self/fd/2");
    try {
      return Files.readSymbolicLink(err).toString().matches("/dev/(pts/.*|tty.*|console)");
    } catch (IOException | UnsupportedOperationException elsewhere) {
      return Runtime.version().feature() < 22 && System.console() != null;
    }
  }

  /** Lets a command end as by a signal when the process that started it for itself is gone. */
  static void endWithStarter() {
    Long starter = Long.getLong(STARTER);
    if (starter != null) {
      ProcessHandle.of(starter)
          .ifPresent(process -> process.onExit().thenRun(() -> System.exit(143)));
    }
  }
}
