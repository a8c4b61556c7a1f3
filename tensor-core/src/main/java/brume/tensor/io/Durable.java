package brume.tensor.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * What outlasts a power failure. Until they are forced, the bytes of a file and the names in a folder
 * are in memory only, and a disk may keep any of them and lose the others: a name without its bytes, a
 * later name without an earlier one.
 */
public final class Durable {

  private Durable() {}

  /**
   * Waits until the disk has the bytes of a file.
   *
   * @param file the file
   * @throws IOException if the disk refuses them
   */
  public static void force(Path file) throws IOException {
    // Some systems force only what could be written to.
    try (FileChannel bytes = FileChannel.open(file, StandardOpenOption.WRITE)) {
      bytes.force(true);
    }
  }

  /**
   * Waits until the disk has the names in a folder, where the system lets a folder be opened.
   *
   * @param folder the folder
   * @throws IOException if the disk refuses them
   */
  public static void forceNames(Path folder) throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
        names.force(true);
      }
    }
  }

  /**
   * Gives a file or folder another name at one stroke, and waits until the disk has it.
   *
   * @param from what was forced before
   * @param to its new name in the same folder; a file of that name is replaced
   * @throws IOException if that is not possible; nothing has changed then, or the name has and the disk
   *     may lose it
   */
  public static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    forceNames(folderOf(to));
  }

  /**
   * Creates a folder and those above it where missing, and waits until the disk has their names.
   *
   * @param folder the folder
   * @return the folder
   * @throws IOException if that is not possible
   */
  public static Path createFolders(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Path above = folder.toAbsolutePath().getParent();
      if (above != null) {
        createFolders(above);
        Files.createDirectories(folder); // another process may have been faster
        forceNames(above);
      }
    }
    return folder;
  }

  /** The folder a file lies in. */
  static Path folderOf(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IOException(file + ": expected to be written into a folder, got none at " + folder);
    }
    return folder;
  }
}
