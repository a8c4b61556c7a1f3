package brume.tensor.io;

import brume.tensor.Text;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Named arrays in numpy's {@code .npz} format: a ZIP file of {@code .npy} files, packed or not. */
public final class NpzFile {

  private static final String ENDING = ".npy";
  private static final int SHOWN = 100; // characters of a name

  private final Path file;
  private final List<String> names;

  private NpzFile(Path file, List<String> names) {
    this.file = file;
    this.names = names;
  }

  /**
   * Reads the list of arrays of a file.
   *
   * @param file where it lies
   * @return at least one array
   * @throws IOException if it cannot be read or holds no array
   */
  public static NpzFile read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + ": expected an .npz file, got "
          + (Files.isDirectory(file)
              ? "a folder"
              : Files.exists(file) ? "no regular file" : "nothing at this path"));
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      List<String> names = zip.stream()
          .map(ZipEntry::getName)
          .filter(name -> name.endsWith(ENDING))
          .map(name -> name.substring(0, name.length() - ENDING.length()))
          .toList();
      if (names.isEmpty()) {
        throw new IOException(file + ": expected a ZIP file of .npy files, got one of " + zip.size()
            + " other files");
      }
      return new NpzFile(file, names);
    } catch (EOFException | ZipException e) {
      throw damaged(file, e);
    }
  }

  /**
   * The names of all arrays.
   *
   * @return in the order of the file, such as {@code arr_0}
   */
  public List<String> names() {
    return names;
  }

  /**
   * Reads one array into memory.
   *
   * @param name one of {@link #names()}
   * @return the array
   * @throws IOException if there is none of that name, or it is damaged or too large
   */
  public NpyFile array(String name) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry entry = zip.getEntry(name + ENDING);
      if (entry == null) {
        throw new IOException(file + ": expected an array named " + name + ", got " + names);
      }
      CRC32 sum = new CRC32();
      try (InputStream in = new CheckedInputStream(zip.getInputStream(entry), sum)) {
        NpyFile array = NpyFile.read(in, file + ", " + Text.shown(name, SHOWN));
        if (entry.getCrc() != -1 && entry.getCrc() != sum.getValue()) {
          throw new ZipException("the checksum of " + Text.shown(name, SHOWN) + " is wrong");
        }
        return array;
      }
    } catch (EOFException | ZipException e) {
      throw damaged(file, e);
    }
  }

  private static IOException damaged(Path file, IOException e) {
    return new IOException(
        file + ": expected a whole ZIP file of arrays, got a damaged one (" + Text.reason(e)
            + "); fetch or save it again",
        e);
  }
}
