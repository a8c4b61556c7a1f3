package brume.diffusion.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A file that is replaced at once: whoever looks finds the old content or the new one. */
final class AtomicFile {
  private AtomicFile() {}

  /**
   * Writes beside the file, forces the bytes to disk and renames. If anything fails, what was there
   * before is still there and nothing is left beside it.
   *
   * @param file the file to make or replace; its folder is made if missing
   * @param content all of its bytes
   * @throws IOException if the disk is full, the folder cannot be written, or there is a folder in
   *     place of the file
   */
  static void write(Path file, byte[] content) throws IOException {
    Path target = file.toAbsolutePath();
    String name = "." + target.getFileName() + "." + Long.toHexString(System.nanoTime()) + ".tmp";
    Path temporary = target.resolveSibling(name);
    try {
      Files.createDirectories(temporary.getParent());
      writeForced(temporary, content);
      move(temporary, target);
    } catch (IOException e) {
      IOException failed = failed(file, content.length, e);
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException stays) {
        failed.addSuppressed(stays);
      }
      throw failed;
    }
  }

  private static void writeForced(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static IOException failed(Path file, int length, IOException e) {
    boolean hasReason = e instanceof FileSystemException f && f.getReason() != null;
    String why = hasReason ? ((FileSystemException) e).getReason() : e.toString();
    return new IOException(
        file + ": expected to write " + length + " bytes, got: " + why
            + "; what was there before is unchanged",
        e);
  }
}
