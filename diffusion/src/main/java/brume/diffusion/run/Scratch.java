package brume.diffusion.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder among the system's temporary files that goes when it is closed. What a killed process leaves
 * goes when the next one makes such a folder: a lock beside the files, which ends with its process,
 * tells which are still in use.
 */
public final class Scratch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Scratch.class);
  private static final String NAME = "brume-", LOCK = "in-use.lock", FILES = "files";
  private static final int TRIES = 10; // each lost to another process that tidies up just then

  /**
   * Locks of this process. Never opened again: POSIX takes a lock away as soon as the process closes any
   * channel of that file.
   */
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  private final Path whole;
  private final FileChannel lock;

  private Scratch(Path whole, FileChannel lock) {
    this.whole = whole;
    this.lock = lock;
  }

  /**
   * Makes an empty folder, and deletes those of processes that have died.
   *
   * @param purpose one word, to be seen in its name
   * @return the folder
   * @throws IOException if it cannot be made
   */
  public static Scratch create(String purpose) throws IOException {
    Path whole = newFolder(purpose);
    deleteLeft(whole.resolveSibling("")); // the parent, which is there
    for (int tries = 1; ; tries++) {
      Path file = whole.resolve(LOCK);
      OURS.add(file);
      FileChannel lock =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (held(lock) && Files.exists(file)) {
        Files.createDirectory(whole.resolve(FILES));
        return new Scratch(whole, lock);
      }
      lock.close();
      OURS.remove(file);
      if (tries == TRIES) {
        throw new IOException(
            whole + ": expected to keep a new folder, others delete it; look who else uses it");
      }
      whole = newFolder(purpose);
    }
  }

  private static Path newFolder(String purpose) throws IOException {
    return Files.createTempDirectory(NAME + purpose).toAbsolutePath();
  }

  /** True also where the system gives no locks: then nobody deletes what others leave. */
  private static boolean held(FileChannel lock) {
    try {
      return lock.tryLock() != null;
    } catch (IOException none) {
      return true;
    }
  }

  /** Deletes folders whose process has died. What cannot be looked at belongs to somebody else. */
  private static void deleteLeft(Path temporary) {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(temporary, NAME + "*")) {
      for (Path each : all) {
        Path file = each.resolve(LOCK);
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && !OURS.contains(file)) {
          deleteUnlessHeld(each, file);
        }
      }
    } catch (IOException unreadable) {
      LOG.debug("{}: what is left there stays: {}", temporary, unreadable.toString());
    }
  }

  private static void deleteUnlessHeld(Path whole, Path file) {
    try {
      try (FileChannel lock = FileChannel.open(file, StandardOpenOption.WRITE)) {
        if (lock.tryLock() == null) {
          return;
        }
        Folders.delete(whole.resolve(FILES));
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(whole); // some systems keep it while the lock is open
      LOG.info("deleted {}, which a process that was killed had left", whole);
    } catch (IOException another) {
      LOG.debug("{}: stays: {}", whole, another.toString());
    }
  }

  /**
   * Where files go.
   *
   * @return the folder
   */
  public Path folder() {
    return whole.resolve(FILES);
  }

  /** Deletes the folder with all that is in it; again does nothing. */
  @Override
  public void close() throws IOException {
    try {
      Folders.delete(folder());
      Files.deleteIfExists(whole.resolve(LOCK));
    } finally {
      lock.close();
      OURS.remove(whole.resolve(LOCK));
    }
    Files.deleteIfExists(whole);
  }
}
