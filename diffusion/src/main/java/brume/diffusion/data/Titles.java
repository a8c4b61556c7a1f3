package brume.diffusion.data;

import java.nio.file.Path;

/** Short names of data that lie in files. */
final class Titles {

  private Titles() {}

  /** The last name of a path. */
  static String of(String path) {
    Path name = Path.of(path).toAbsolutePath().normalize().getFileName();
    return name == null ? "data" : name.toString().replace(':', '-');
  }
}
