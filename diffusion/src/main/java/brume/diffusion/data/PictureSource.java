package brume.diffusion.data;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.util.zip.ZipError;

/**
 * Where image files lie.
 *
 * @param root the folder, or the top of what is in a ZIP file
 * @param name what people call it
 */
record PictureSource(Path root, String name) {

  /** Whether it is a ZIP file. */
  boolean isZip() {
    return root.getFileSystem() != FileSystems.getDefault();
  }

  /** How a file of it is called in sentences. */
  String nameOf(Path file) {
    return isZip() ? name + "!" + file : file.toString();
  }

  /**
   * Finds the folder that a path means. A ZIP file is not unpacked; what is in it is read where it is.
   *
   * @param path of a folder or a ZIP file
   * @return the folder, or the top of the file, which stays open
   * @throws IOException if the file is no ZIP file, or one with names that lead out of it
   */
  static PictureSource of(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      return new PictureSource(path, path.toString()); // what is no folder is told later
    }
    try {
      Path root = FileSystems.newFileSystem(path).getPath("/");
      return new PictureSource(root, path.toString());
    } catch (ProviderNotFoundException none) {
      return new PictureSource(path, path.toString());
    } catch (IOException | RuntimeException | ZipError damaged) {
      throw new IOException(
          path + ": expected a whole ZIP file of pictures, got: " + damaged.getMessage(), damaged);
    }
  }
}
