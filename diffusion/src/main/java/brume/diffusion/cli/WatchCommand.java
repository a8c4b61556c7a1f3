package brume.diffusion.cli;

import brume.diffusion.run.RunFolder;
import brume.diffusion.web.WatchServer;
import brume.tensor.Text;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code brume watch}: a page that shows runs while they learn. */
@Command(
    name = "watch",
    description = {
      "Shows runs on a page in the browser while they learn: curves, samples, recipes, figures; and draws"
          + " samples when asked to.",
      "The page is for this machine only, unless --host says otherwise. It reads the folders of the runs and"
          + " changes nothing in them. Ctrl-C ends it."
    },
    sortOptions = false)
final class WatchCommand implements Callable<Integer> {

  private static final int USUAL_PORT = 8642, LAST_PORT = 65535;
  private static final String LOOPBACK = "127.0.0.1";

  @Parameters(
      arity = "0..*",
      paramLabel = "RUNS",
      description = "A folder of runs, or some folders of runs. Default: runs.")
  private List<Path> places = List.of();

  @Option(
      names = "--port",
      paramLabel = "N",
      description =
          "Port of the page, 0 for any that is free. Default: 8642, or any if that is taken.")
  private @Nullable Integer port;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description =
          "Address to listen at, 0.0.0.0 for all of this machine: others can then see all runs, and whoever has"
              + " the printed address can let samples be drawn. Default: 127.0.0.1, this machine only.")
  private @Nullable String host;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    UsageException.unless(
        port == null || port >= 0 && port <= LAST_PORT,
        Text.of("--port: expected 0 to %d, got %s", LAST_PORT, port));
    for (Path place : places) {
      UsageException.unless(
          Files.isDirectory(place),
          Text.of("RUNS: expected a folder of runs, found none at %s; train one first", place));
    }
    List<Path> watched = places.isEmpty() ? List.of(Path.of("runs")) : places;
    String at = host == null ? LOOPBACK : host;
    boolean shared = !addressOf(at).isLoopbackAddress();
    PrintWriter out = spec.commandLine().getOut();
    CountDownLatch over = new CountDownLatch(1);
    try (WatchServer server = open(watched, at)) {
      out.println("watching " + described(watched));
      out.println("open " + server.address());
      out.println("Ctrl-C ends it");
      out.flush();
      if (shared) {
        Telling.warn(Text.of(
            "--host: everybody who reaches %s sees these runs; leave it out to keep them to this machine",
            at));
      }
      Thread hook = new Thread(() -> close(server), "brume-stop");
      Runtime.getRuntime().addShutdownHook(hook);
      over.await();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  private static InetAddress addressOf(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException none) {
      throw new UsageException(
          Text.of("--host: expected an address of this machine, got %s", host));
    }
  }

  /** At the port that is asked for; at any if none is and the usual one is taken. */
  private WatchServer open(List<Path> watched, String at) throws IOException {
    try {
      return new WatchServer(watched, at, port == null ? USUAL_PORT : port, WatchCommand::start);
    } catch (BindException taken) {
      if (port == null) {
        return new WatchServer(watched, at, 0, WatchCommand::start);
      }
      throw new IOException(
          Text.of(
              "--port: expected one of %s that is free, the system says of %d: %s; take another, or 0 for any",
              at, port, taken.getMessage()),
          taken);
    }
  }

  private static Process start(List<String> words) throws IOException {
    return new ProcessBuilder(OwnJvm.line(List.of(), words.toArray(new String[0]))).start();
  }

  private static String described(List<Path> watched) {
    List<String> names = watched.stream()
        .map(place -> new RunFolder(place).holdsRun() ? "the run " + place : "the runs in " + place)
        .toList();
    return String.join(", ", names);
  }

  private static void close(WatchServer server) {
    try {
      server.close();
    } catch (IOException left) {
      Telling.warn(Sentence.of(left));
    }
  }
}
