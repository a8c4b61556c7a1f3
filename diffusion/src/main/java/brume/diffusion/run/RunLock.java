package brume.diffusion.run;

import brume.tensor.Text;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to work on a run, which one process has at a time. It ends when it is closed, and with the
 * process, however that ends: a file {@code run.lock} that nobody holds is no obstacle. Who gets the right
 * takes away what a killed process has left half written.
 */
public final class RunLock implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RunLock.class);

  // What is locked lies behind the text, which others read: some systems let nobody read what is
  // locked.
  private static final long LOCKED = Long.MAX_VALUE - 1;
  private static final int MOST_BYTES = 1000;
  private static final Pattern HOLDER = Pattern.compile("process (\\d{1,18}) on (.*) since \\S+");

  /**
   * The runs this process works on. Asked first, for POSIX takes a lock away as soon as the process
   * closes any channel of that file, even one that was opened in vain.
   */
  private static final Map<Path, String> OURS = new ConcurrentHashMap<>();

  private final RunFolder folder;
  private final Path key;
  private final @Nullable FileChannel channel;
  private final AtomicBoolean closed = new AtomicBoolean();

  private RunLock(RunFolder folder, Path key, @Nullable FileChannel channel) {
    this.folder = folder;
    this.key = key;
    this.channel = channel;
  }

  /**
   * Begins a run in a folder that is new or holds none yet.
   *
   * @param path the folder, created if missing
   * @return the lock
   * @throws IOException if it holds a run, another process works on it, or it cannot be made
   */
  public static RunLock onNew(Path path) throws IOException {
    RunLock lock = on(new RunFolder(path).create());
    if (lock.folder().holdsRun()) {
      lock.close();
      throw new IOException(Text.of(
          "--run: expected a new folder, %s holds a run; go on with --resume %s", path, path));
    }
    return lock;
  }

  /**
   * Begins a run in a folder that gets a number of its own.
   *
   * @param runs the folder of all runs, created if missing
   * @param name of the run, before the number
   * @return the lock
   * @throws IOException if the folder cannot be made
   */
  public static RunLock onNumbered(Path runs, String name) throws IOException {
    return on(RunFolder.createNumbered(runs, name));
  }

  /**
   * Goes on with a run.
   *
   * @param path its folder
   * @return the lock
   * @throws IOException if it holds none, or another process works on it
   */
  public static RunLock onExisting(Path path) throws IOException {
    RunFolder folder = new RunFolder(path);
    if (!folder.holdsRun()) {
      throw new IOException(
          "--resume: expected the folder of a run with its config.json, got " + path);
    }
    return on(folder.create());
  }

  private static RunLock on(RunFolder folder) throws IOException {
    Path key = folder.path().toRealPath();
    String me = Text.of(
        "process %d on %s since %s",
        ProcessHandle.current().pid(), host(), Instant.now().truncatedTo(ChronoUnit.SECONDS));
    String holder = OURS.putIfAbsent(key, me);
    if (holder != null) {
      throw taken(folder, "this one, " + holder);
    }
    try {
      FileChannel channel = locked(folder, me);
      folder.clear();
      return new RunLock(folder, key, channel);
    } catch (IOException | RuntimeException failed) {
      OURS.remove(key);
      throw failed;
    }
  }

  /** Null if the file system has no locks. */
  private static @Nullable FileChannel locked(RunFolder folder, String me) throws IOException {
    FileChannel channel = FileChannel.open(
        folder.lock(),
        StandardOpenOption.CREATE,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE);
    try {
      FileLock lock;
      try {
        lock = channel.tryLock(LOCKED, 1, false);
      } catch (IOException none) {
        LOG.warn(
            "{}: the system gives no locks here ({}); let no second process work on this run",
            folder.lock(),
            none.getMessage());
        channel.close();
        return null;
      }
      if (lock == null) {
        throw taken(folder, text(channel));
      }
      channel.truncate(0);
      channel.write(StandardCharsets.UTF_8.encode(me + "\n"), 0);
      return channel;
    } catch (IOException | RuntimeException failed) {
      channel.close();
      throw failed;
    }
  }

  private static String text(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(MOST_BYTES);
    channel.read(bytes, 0);
    String text = StandardCharsets.UTF_8.decode(bytes.flip()).toString().strip();
    return text.isEmpty() ? "one that has just begun" : text;
  }

  /**
   * Whether somebody works on a run, as far as can be told without asking for the right to: a process of
   * this machine that still lives, or one of another machine.
   *
   * @param folder of the run
   * @return false where nobody says so
   */
  public static boolean isHeld(RunFolder folder) {
    try {
      byte[] bytes =
          Files.size(folder.lock()) > MOST_BYTES ? new byte[0] : Files.readAllBytes(folder.lock());
      Matcher who = HOLDER.matcher(new String(bytes, StandardCharsets.UTF_8).strip());
      return who.matches()
          && (!who.group(2).equals(host())
              || ProcessHandle.of(Long.parseLong(who.group(1))).isPresent());
    } catch (IOException none) {
      return false;
    }
  }

  private static IOException taken(RunFolder folder, String holder) {
    return new IOException(Text.of(
        "%s: expected a run that no other process works on, got one of %s; wait for it or stop it",
        folder.path(), holder));
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (IOException nameless) {
      return "this machine";
    }
  }

  /**
   * The run.
   *
   * @return its folder
   */
  public RunFolder folder() {
    return folder;
  }

  /**
   * Lets others work on the run.
   *
   * @throws IOException if the system refuses; the lock is given up all the same
   */
  @Override
  public void close() throws IOException {
    if (closed.getAndSet(true)) {
      return;
    }
    try (FileChannel held = channel) {
      if (held != null) {
        held.truncate(0);
      }
    } finally { // after the file is closed, so that nobody of ours opens it before
      OURS.remove(key);
    }
  }
}
