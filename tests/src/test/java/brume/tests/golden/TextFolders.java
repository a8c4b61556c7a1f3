package brume.tests.golden;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Copies of the tiny folders of Stable Diffusion that come with Brume, to be changed. */
final class TextFolders {

  private TextFolders() {}

  /** A copy of one, without its cases. */
  static Path copied(String name, Path to) throws IOException {
    return copied(GoldenCases.shipped().resolve("models/text").resolve(name), to);
  }

  /** A copy of any, without its cases. */
  static Path copied(Path from, Path to) throws IOException {
    List<Path> files;
    try (Stream<Path> below = Files.walk(from)) {
      files = below.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      boolean isCase = from.equals(file.getParent()) && !file.endsWith("model_index.json");
      if (!isCase) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.toAbsolutePath().getParent());
        Files.copy(file, copy);
      }
    }
    return to;
  }

  /** Puts a text in place of another one in a file that has it. */
  static void replace(Path file, String old, String other) throws IOException {
    String text = Files.readString(file);
    if (!text.contains(old)) {
      throw new IOException(file + ": expected " + old);
    }
    Files.writeString(file, text.replace(old, other));
  }
}
