package brume.cuda.library;

import brume.tensor.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * JCuda's own native libraries. They come in jars; Brume unpacks them into a private folder, from which
 * JCuda then loads them. They ask for the libraries of CUDA 12; where only those of CUDA 13 are found,
 * the copies are changed to ask for these, which have the same functions.
 */
final class Natives {

  private static final String VERSION = "12.6.0";
  private static final String PLATFORM = "linux-x86_64";
  private static final String UNPACKING_FOLDER = "java.io.tmpdir"; // where JCuda looks for them

  private final Path folder;

  /**
   * Natives in a folder of their own.
   *
   * @param folder private to the user; made when it is needed
   */
  Natives(Path folder) {
    this.folder = folder;
  }

  /** Where they are unpacked. */
  static Path cacheFolder() {
    return UserCache.folder().resolve("natives-" + VERSION);
  }

  /** Why a native library cannot be loaded here; empty if it is there. */
  static Optional<String> whyNot(String library) {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String machine = System.getProperty("os.arch", "");
    if (!system.equals("linux") || !machine.equals("amd64")) {
      return Optional.of(
          Text.of("JCuda works on Linux with x86-64, this is %s with %s", system, machine));
    }
    if (onLibraryPath(library) || resource(library).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(Text.of(
        "JCuda's %s was not found; build Brume with mvn -Pcuda package", fileName(library)));
  }

  /** Whether the user put a native library where Java finds it first, so that it stays as it is. */
  static boolean onLibraryPath(String library) {
    return Arrays.stream(System.getProperty("java.library.path", "").split(":"))
        .anyMatch(path -> !path.isEmpty() && Files.exists(Path.of(path, fileName(library))));
  }

  /**
   * Lets JCuda load a native library.
   *
   * @param library {@code JCublas2} for example
   * @param wanted name of a library it asks for, or empty
   * @param found name of the one it shall ask for instead
   * @param loading touches JCuda's class
   * @return what loading returned
   * @throws IOException if the folder cannot be written
   */
  <T> T load(String library, String wanted, String found, Supplier<T> loading) throws IOException {
    Optional<byte[]> packed = onLibraryPath(library) ? Optional.empty() : resource(library);
    if (packed.isPresent()) {
      byte[] bytes = packed.get();
      write(library, wanted.equals(found) ? bytes : ElfNames.rename(bytes, wanted, found));
    }
    synchronized (Natives.class) {
      String before = System.getProperty(UNPACKING_FOLDER, "");
      System.setProperty(UNPACKING_FOLDER, folder.toString());
      try {
        return loading.get();
      } finally {
        System.setProperty(UNPACKING_FOLDER, before);
      }
    }
  }

  private void write(String library, byte[] bytes) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    Path file = folder.resolve(fileName(library));
    if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), bytes)) {
      return;
    }
    Path part = Files.createTempFile(folder, library, ".part");
    Files.write(part, bytes);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static Optional<byte[]> resource(String library) {
    try (InputStream in = Natives.class.getResourceAsStream("/lib/" + fileName(library))) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  private static String fileName(String library) {
    return Text.of("lib%s-%s-%s.so", library, VERSION, PLATFORM);
  }
}
