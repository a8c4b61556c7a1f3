package brume.diffusion.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The command line in another JVM of the same kind, which ends when this one does. */
final class OwnJvm {

  private static final String VECTOR = "jdk.incubator.vector";

  /** Why each: see the script {@code brume}. */
  static final List<String> FLAGS = List.of(
      "--add-modules",
      VECTOR,
      "-XX:+UseSerialGC",
      "-XX:MaxNewSize=16m",
      "-XX:ObjectAlignmentInBytes=64",
      "-XX:MaxRAMPercentage=70",
      "-Djava.awt.headless=true");

  /** What is of this process, not of the JVM that others have asked for. */
  private static final String STARTER = "brume.starter";

  private OwnJvm() {}

  /** Whether this JVM has what the flags ask for. */
  static boolean isWhole() {
    return ModuleLayer.boot().findModule(VECTOR).isPresent();
  }

  /**
   * What to start.
   *
   * @param further flags, after ours and before those that the user has asked for
   * @param args the command and its options
   */
  static List<String> line(List<String> further, String... args) {
    List<String> asked = asked();
    boolean collects = asked.stream().anyMatch(flag -> flag.matches("-XX:\\+Use\\w+GC"));
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    FLAGS.stream().filter(flag -> !collects || !flag.endsWith("GC")).forEach(line::add);
    if (Runtime.version().feature() >= 24) {
      line.add("--enable-native-access=ALL-UNNAMED");
    }
    line.addAll(further);
    asked.stream().filter(flag -> !flag.startsWith("-D" + STARTER + "=")).forEach(line::add);
    line.add("-D" + STARTER + "=" + ProcessHandle.current().pid());
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    line.addAll(Arrays.asList(args));
    return line;
  }

  /** Flags of the user's, but for those that the other JVM finds for itself. */
  private static List<String> asked() {
    List<String> found = Stream.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")
        .map(System::getenv)
        .filter(Objects::nonNull)
        .flatMap(OwnJvm::words)
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

  /** Lets a command end as by a signal when the process that started it for itself is gone. */
  static void endWithStarter() {
    Long starter = Long.getLong(STARTER);
    if (starter != null) {
      ProcessHandle.of(starter)
          .ifPresent(process -> process.onExit().thenRun(() -> System.exit(143)));
    }
  }
}
