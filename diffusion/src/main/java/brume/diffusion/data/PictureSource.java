package brume.diffusion.data;

import brume.tensor.Text;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.util.zip.ZipError;

/**
 * Where image files lie: a folder, or a ZIP file that is open until this is closed.
 *
 * @param root the folder, or the top of what is in a ZIP file
 * @param name what people call it
 * @param isZip whether it is a ZIP file
 */
record PictureSource(Path root, String name, boolean isZip) implements Closeable {

  private static final int MOST = 1 << 10; // characters of a name in a sentence

  /** How a file of it is called in sentences. */
  String nameOf(Path file) {
    return Text.shown(isZip ? name + "!" + file : file.toString(), MOST);
  }

  /** How a file of it with a name relative to the root is called in sentences. */
  String nameOf(String file) {
    return nameOf(root.resolve(Text.shown(file, MOST)));
  }

  /**
   * Finds the folder that a path means. A ZIP file is not unpacked; what is in it is read where it is.
   *
   * @param path of a folder or a ZIP file
   * @return the folder, or the top of the file, which stays open until it is closed
   * @throws IOException if the file is no ZIP file, or one with names that lead out of it
   */
  static PictureSource of(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      return folder(path); // what is no folder is told later
    }
    try {
      Path root = FileSystems.newFileSystem(path).getPath("/");
      return new PictureSource(root, path.toString(), true);
    } catch (ProviderNotFoundException none) {
      return folder(path);
    } catch (IOException | RuntimeException | ZipError damaged) {
      throw new IOException(
          Text.of(
              "%s: expected a whole ZIP file of pictures, got a damaged one (%s)",
              path, Text.reason(damaged)),
          damaged);
    }
  }

  private static PictureSource folder(Path path) {
    return new PictureSource(path, path.toString(), false);
  }

  @Override
  public void close() throws IOException {
    if (isZip) {
      root.getFileSystem().close();
    }
  }
}
