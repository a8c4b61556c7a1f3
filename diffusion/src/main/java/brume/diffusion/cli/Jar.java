package brume.diffusion.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Begins {@code java -jar brume.jar}: a jar cannot ask for an incubator module, so the command line is
 * started again in a JVM that has it, with the flags that the launcher {@code brume} sets, too.
 */
public final class Jar {

  private static final String TERMINAL = "brume.terminal";

  private Jar() {}

  /**
   * Runs a command and ends as it does.
   *
   * @param args the command and its options
   * @throws IOException if no other JVM can be started
   * @throws InterruptedException never
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (OwnJvm.isWhole()) {
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
    List<String> own = new ArrayList<>();
    own.add("-D" + CommandName.PROPERTY + "=java -jar " + System.getProperty("java.class.path"));
    if (isTerminal()) {
      own.add("-D" + TERMINAL + "=true");
    }
    return OwnJvm.line(own, args);
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
}
