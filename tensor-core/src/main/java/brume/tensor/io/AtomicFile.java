package brume.tensor.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Replaces a file at one stroke. The new content is written beside it, forced to disk and renamed
 * into place: whoever opens the file, even after a power failure, finds the old content or the new,
 * and if writing fails, the old.
 */
public final class AtomicFile {

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
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IOException(file + ": expected to be written into a folder, got none at " + folder);
    }
    if (Files.isDirectory(file)) {
      throw new IOException(file + ": expected a file to write, got a folder");
    }
    String suffix = Long.toHexString(ThreadLocalRandom.current().nextLong());
    Path beside = folder.resolve(file.getFileName() + "." + suffix + ".tmp");
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
    forceFolder(folder);
  }

  /** Makes the rename itself last, where the system lets a folder be opened. */
  private static void forceFolder(Path folder) throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
        entries.force(true);
      }
    }
  }
}
