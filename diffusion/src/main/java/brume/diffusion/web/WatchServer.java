package brume.diffusion.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Shows runs on a page, to this machine unless told otherwise. */
public final class WatchServer implements AutoCloseable {

  private static final int THREADS = 8;
  private static final int WAITING = 64; // connections

  private final HttpServer server;
  private final ExecutorService threads;
  private final Gate gate;
  private final Desk desk;
  private final Routes routes;

  /**
   * Begins to show runs.
   *
   * @param places folders of runs, or of many runs, which need not be there yet
   * @param host what to listen at; an address of this machine
   * @param port of it, 0 for any that is free
   * @param drawer draws samples for the page
   * @throws IOException if the port is taken or may not be listened at
   */
  public WatchServer(List<Path> places, String host, int port, Drawer drawer) throws IOException {
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getByName(host), port), WAITING);
    this.threads = Executors.newFixedThreadPool(THREADS, work -> {
      Thread thread = new Thread(work, "brume-watch");
      thread.setDaemon(true);
      return thread;
    });
    this.gate = new Gate(UUID.randomUUID().toString(), host);
    this.desk = new Desk(drawer);
    this.routes = new Routes(new Runs(places), desk);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
    threads.execute(routes::readAhead);
  }

  /**
   * Where it listens.
   *
   * @return the port
   */
  public int port() {
    return server.getAddress().getPort();
  }

  /**
   * What whoever sends it may let samples be drawn with.
   *
   * @return a word that nobody can guess
   */
  public String token() {
    return gate.token();
  }

  /**
   * The address to open. Its part behind the {@code #} is not sent anywhere by a browser.
   *
   * @return with the token
   */
  public String address() {
    InetAddress at = server.getAddress().getAddress();
    String name = at.isAnyLocalAddress() ? "localhost" : gate.host();
    return "http://" + (name.indexOf(':') < 0 ? name : '[' + name + ']') + ":" + port() + "/#token="
        + token();
  }

  private void answer(HttpExchange asked) throws IOException {
    try (asked) {
      Optional<Gate.Refusal> refusal = gate.refusal(asked);
      Answer answer;
      try {
        answer = refusal.isPresent()
            ? Answer.refusal(refusal.get().status(), refusal.get().sentence())
            : routes.answer(asked);
      } catch (IOException unreadable) {
        answer = Answer.refusal(422, String.valueOf(unreadable.getMessage()));
      } catch (IllegalArgumentException wrong) {
        answer = Answer.refusal(400, String.valueOf(wrong.getMessage()));
      } catch (RuntimeException fault) { // a file that nobody has thought of
        answer = Answer.refusal(500, "brume watch: expected to read the run, got " + fault);
      }
      answer.send(asked);
    }
  }

  /** Stops at once, and what is being drawn. */
  @Override
  public void close() throws IOException {
    server.stop(0);
    threads.shutdownNow();
    desk.close();
  }
}
