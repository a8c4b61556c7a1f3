package brume.tensor.io;

import brume.tensor.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces a file at one stroke. The new content is written beside it, forced to disk and renamed
 * into place: whoever opens the file, even after a power failure, finds the old content or the new,
 * and if writing fails, the old. A process that is killed meanwhile leaves what it had written, under a name
 * that nobody asks for; {@link #clear} takes it away.
 */
public final class AtomicFile {

  // Of the writer's process. Not made of the file's name, which may be as long as the system
  // allows.
  private static final Pattern BESIDE = Pattern.compile("\\.([0-9]{1,18})-[0-9a-f]{1,16}\\.tmp");

  private AtomicFile() {}

  /** What a file shall hold. */
  public interface Content {
    /**
     * Writes it all.
     *
     * @param out where to; stays open
     * @throws IOException if it cannot be written
     */
    void writeTo(WritableByteChannel out) throws IOException;
  }

  /**
   * Creates or replaces a file.
   *
   * @param file the file, in a folder that exists
   * @param content all of its bytes
   * @throws IOException if they cannot be written; the file is then as it was before
   */
  public static void write(Path file, byte[] content) throws IOException {
    write(file, out -> {
      for (ByteBuffer rest = ByteBuffer.wrap(content); rest.hasRemaining(); ) {
        out.write(rest);
      }
    });
  }

  /**
   * Creates or replaces a file.
   *
   * @param file the file, in a folder that exists
   * @param content what it shall hold
   * @throws IOException if the content cannot be written; the file is then as it was before
   */
  public static void write(Path file, Content content) throws IOException {
    Path folder = Durable.folderOf(file);
    if (Files.isDirectory(file)) {
      throw new IOException(file + ": expected a file to write, got a folder");
    }
    Path beside = folder.resolve(Text.of(
        ".%d-%x.tmp", ProcessHandle.current().pid(), ThreadLocalRandom.current().nextLong()));
    try {
      try (FileChannel out =
          FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.writeTo(out);
        out.force(true);
      }
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new IOException(file + ": could not be written and is as it was: " + e.getMessage(), e);
    } finally {
      Files.deleteIfExists(beside);
    }
    Durable.forceNames(folder);
  }

  /**
   * Deletes what processes of this machine left that died while they wrote a file.
   *
   * @param folder the folder of the files; not those within
   * @throws IOException if it cannot be looked at
   */
  public static void clear(Path folder) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, ".*.tmp")) {
      for (Path each : all) {
        Matcher name = BESIDE.matcher(each.getFileName().toString());
        if (name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
          Files.deleteIfExists(each);
        }
      }
    }
  }
}
