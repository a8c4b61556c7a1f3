package brume.diffusion.web;

import brume.diffusion.image.GifFrames;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.Scratch;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where samples are drawn for the page, one wish at a time. They lie in a folder that goes with the desk; a
 * new drawing replaces the one before.
 */
final class Desk implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();
  static final String SAMPLES = "samples.png", STEPS = "steps.gif";

  private enum State {
    IDLE,
    DRAWING,
    DONE,
    FAILED,
    CANCELLED
  }

  private final Drawer drawer;
  private final Scratch scratch;
  private final Path folder;
  private State state = State.IDLE;
  private int number; // of the drawing
  private String run = "";
  private List<String> options = List.of();
  private long done;
  private long of;
  private String sentence = "";
  private int frames;
  private @Nullable Process process;

  Desk(Drawer drawer) throws IOException {
    this.drawer = drawer;
    this.scratch = Scratch.create("watch");
    this.folder = scratch.folder();
  }

  /**
   * Begins to draw.
   *
   * @return false if something is being drawn
   * @throws IOException if no process can be started
   */
  synchronized boolean begin(Wish wish, RunFolder from) throws IOException {
    if (state == State.DRAWING) {
      return false;
    }
    clear();
    Process started =
        drawer.start(wish.words(from.path(), folder.resolve(SAMPLES), folder.resolve(STEPS)));
    number++;
    state = State.DRAWING;
    run = wish.run();
    options = wish.options();
    done = 0;
    of = 0;
    frames = 0;
    sentence = "";
    process = started;
    daemon("brume-desk-err", () -> drain(started.getErrorStream()));
    daemon("brume-desk", () -> follow(started));
    return true;
  }

  private static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** What is said to people is also said to programs. */
  private static void drain(InputStream said) {
    try (said) {
      said.transferTo(OutputStream.nullOutputStream());
    } catch (IOException gone) {
      return;
    }
  }

  private void follow(Process started) {
    try (BufferedReader lines = new BufferedReader(
        new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        hear(line);
      }
      end(started.waitFor());
    } catch (IOException gone) {
      end(1);
    } catch (InterruptedException impatient) {
      Thread.currentThread().interrupt();
      end(1);
    }
  }

  private synchronized void hear(String line) {
    try {
      JsonNode event = JSON.readTree(line);
      switch (event.path("event").asText()) {
        case "progress" -> {
          done = event.path("done").asLong();
          of = event.path("of").asLong();
        }
        case "note", "warning", "error" -> sentence = event.path("text").asText();
        default -> {
          return; // of no interest here
        }
      }
    } catch (JsonProcessingException none) {
      return; // something that a library has printed
    }
  }

  private synchronized void end(int status) {
    process = null;
    if (state != State.DRAWING) {
      return; // cancelled
    }
    state = status == 0 ? State.DONE : State.FAILED;
    if (state == State.DONE) {
      sentence = "";
      try {
        frames = GifFrames.count(folder.resolve(STEPS));
      } catch (IOException none) {
        frames = 0; // nothing that has states on the way
      }
    } else if (sentence.isEmpty()) {
      sentence = "drawing: expected samples, the process has ended with status " + status;
    }
  }

  /** Stops drawing, if something is being drawn. */
  void cancel() {
    Process running;
    synchronized (this) {
      if (state != State.DRAWING) {
        return;
      }
      state = State.CANCELLED;
      running = process;
    }
    end(running);
  }

  private static void end(@Nullable Process running) {
    if (running != null) {
      running.destroyForcibly(); // what it leaves is cleared with the folder
      try {
        running.waitFor();
      } catch (InterruptedException impatient) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** How far it has come. */
  synchronized ObjectNode tree() {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("number", number).put("state", state.name().toLowerCase(Locale.ROOT));
    tree.put("run", run).put("done", done).put("of", of).put("sentence", sentence);
    tree.put("frames", frames);
    options.forEach(tree.putArray("options")::add);
    return tree;
  }

  /** The samples or the states on the way, once they are drawn. */
  synchronized Optional<Path> picture(String name) {
    boolean known = name.equals(SAMPLES) || name.equals(STEPS);
    Path file = folder.resolve(known ? name : SAMPLES);
    return known && state == State.DONE && Files.isRegularFile(file)
        ? Optional.of(file)
        : Optional.empty();
  }

  private void clear() throws IOException {
    try (Stream<Path> left = Files.list(folder)) {
      for (Path file : left.toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Stops drawing and takes all that was drawn away. */
  @Override
  public void close() throws IOException {
    cancel();
    scratch.close();
  }
}
