package brume.diffusion.sink;

import brume.tensor.Text;
import brume.tensor.io.AtomicFile;
import brume.tensor.io.Durable;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;

/**
 * The folder beside an output that holds it until it is complete, {@code samples.npz.part}:
 *
 * <pre>
 *   state.json  the request, how many samples are done, and how many bytes of data they are
 *   data        what there is of a file, or the folder of pictures
 *   lock        locked by the process that writes
 * </pre>
 *
 * <p>The state is saved after the data it speaks of is on the disk; what lies beyond is cut off when
 * the output is gone on with.
 */
final class UnfinishedOutput implements AutoCloseable {

  private static final String ENDING = ".part", STATE = "state.json", DATA = "data", LOCK = "lock";
  private static final int SHORT = 80; // characters of a text in a message
  private static final int NAME_BYTES = 255;
  private static final JsonMapper JSON = new JsonMapper();

  private final Path out;
  private final Path folder;
  private final ObjectNode request;
  private final FileChannel lock;
  private long done;
  private long bytes;

  private UnfinishedOutput(Path out, Path folder, ObjectNode request, FileChannel lock) {
    this.out = out;
    this.folder = folder;
    this.request = request;
    this.lock = lock;
  }

  /** Makes the folder, or finds what a stopped run has left in it. */
  static UnfinishedOutput open(Path out, OutputKind kind, SampleRequest request)
      throws IOException {
    // A link to a folder leads to where the pictures shall be.
    Path place =
        Files.isDirectory(out) ? out.toRealPath() : out.toAbsolutePath().normalize();
    Path folder = place.resolveSibling(partName(String.valueOf(place.getFileName())));
    try {
      Files.createDirectories(folder);
    } catch (FileAlreadyExistsException e) {
      throw new IOException(
          out + ": expected to make the folder " + folder + ", got a file of that name; delete it",
          e);
    } catch (IOException e) {
      throw new IOException(
          out + ": expected to be able to write beside it, the system says: " + e.getMessage(), e);
    }
    UnfinishedOutput output =
        new UnfinishedOutput(place, folder, describe(kind, request), locked(out, folder));
    try {
      output.readState();
      return output;
    } catch (IOException | RuntimeException e) {
      output.lock.close();
      throw e;
    }
  }

  private static String partName(String name) {
    String part = name + ENDING;
    return part.getBytes(StandardCharsets.UTF_8).length <= NAME_BYTES
        ? part
        : Integer.toHexString(name.hashCode()) + ENDING;
  }

  private static FileChannel locked(Path out, Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock held;
    try {
      held = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      held = null;
    } catch (IOException e) {
      return channel; // a file system without locks
    }
    if (held == null) {
      channel.close();
      throw new IOException(out + ": expected to be its only writer, got another process that"
          + " writes it; wait for it or choose another name");
    }
    return channel;
  }

  private static ObjectNode describe(OutputKind kind, SampleRequest request) {
    ObjectNode node = JSON.createObjectNode();
    node.put("kind", kind.name());
    node.put("numbers", request.numbers().toString());
    node.put("height", request.height());
    node.put("width", request.width());
    node.put("channels", request.channels());
    node.put("fingerprint", request.fingerprint());
    return node;
  }

  private void readState() throws IOException {
    Path file = folder.resolve(STATE);
    if (!Files.exists(file) || !Files.exists(data())) {
      startOver(); // nothing was saved, or it was complete and moved away
      return;
    }
    JsonNode state;
    try {
      state = JSON.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new IOException(
          Text.of(
              "%s: expected the state of an unfinished output, got other text; delete %s to start over",
              file, folder),
          e);
    }
    long saved = state.path("done").asLong(0);
    if (saved < 1) {
      startOver();
      return;
    }
    for (Iterator<String> names = request.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      String then = state.path("request").path(name).asText(),
          now = request.path(name).asText();
      if (!then.equals(now)) {
        throw new IOException(Text.of(
                "%s: expected to go on with what was begun, %d samples of %s %s, got %s; delete %s to",
                out, saved, name, shortened(then, now), shortened(now, then), folder)
            + " start over, or choose another name");
      }
    }
    done = saved;
    bytes = state.path("bytes").asLong(0);
  }

  /** The part of a long text that begins a little before it differs from another one. */
  private static String shortened(String text, String other) {
    if (text.length() <= SHORT) {
      return text;
    }
    int same = Math.min(text.length(), other.length());
    for (int i = same - 1; i >= 0; i--) {
      same = text.charAt(i) == other.charAt(i) ? same : i;
    }
    int from = Math.max(0, same - SHORT / 4), to = Math.min(text.length(), from + SHORT);
    return (from > 0 ? "..." : "") + text.substring(from, to) + (to < text.length() ? "..." : "");
  }

  private void startOver() throws IOException {
    deleteAll(data());
    Files.deleteIfExists(folder.resolve(STATE));
  }

  /** How many samples were done when the state was saved. */
  long done() {
    return done;
  }

  /** How many bytes of data they are. */
  long bytes() {
    return bytes;
  }

  /** The data, which may not exist yet. */
  Path data() {
    return folder.resolve(DATA);
  }

  /** Another file in the folder, for what is made at the end. */
  Path beside(String name) {
    return folder.resolve(name);
  }

  /** Where the output will be. */
  Path out() {
    return out;
  }

  /** Saves how far it is; the data must be on the disk. */
  void save(long done, long bytes) throws IOException {
    ObjectNode state = JSON.createObjectNode();
    state.set("request", request);
    state.put("done", done);
    state.put("bytes", bytes);
    AtomicFile.write(
        folder.resolve(STATE), state.toPrettyString().getBytes(StandardCharsets.UTF_8));
    this.done = done;
    this.bytes = bytes;
  }

  /** Gives a complete file its name. */
  void become(Path complete) throws IOException {
    Durable.rename(complete, out);
  }

  /** Deletes the folder with all that is in it. */
  void delete() throws IOException {
    lock.close();
    deleteAll(folder);
  }

  private static void deleteAll(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
        for (Path entry : entries) {
          deleteAll(entry);
        }
      }
    }
    Files.deleteIfExists(path);
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
