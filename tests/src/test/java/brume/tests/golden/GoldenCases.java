package brume.tests.golden;

import brume.tensor.Text;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Finds cases in folders. */
final class GoldenCases {

  private static final String FOLDER = "brume.golden";

  private GoldenCases() {}

  /** The folder that {@code -Dbrume.golden=DIR} names, otherwise the cases that come with Brume. */
  static Path folder() throws IOException {
    String chosen = System.getProperty(FOLDER, "");
    return chosen.isEmpty() ? shipped() : chosen(Path.of(chosen));
  }

  /** The cases that come with Brume. */
  static Path shipped() throws IOException {
    URL readme = GoldenCases.class.getResource("/golden/README.md");
    if (readme == null) {
      throw new IOException(
          "golden: expected /golden/README.md among the test resources, got none");
    }
    try {
      return Path.of(new URI(readme.toString())).resolveSibling("");
    } catch (URISyntaxException e) {
      throw new IOException("golden: expected test resources in a folder, got " + readme, e);
    }
  }

  /** All cases below a folder, in the order of their paths. */
  static List<GoldenCase> in(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> below = Files.walk(folder)) {
      files = below
          .filter(path -> path.toString().endsWith(".safetensors") && Files.isRegularFile(path))
          .sorted()
          .toList();
    }
    List<GoldenCase> cases = new ArrayList<>();
    for (Path file : files) {
      GoldenCase.read(file).ifPresent(cases::add);
    }
    return cases;
  }

  /** Tests run in the module's folder, but a relative path is meant from where Maven was started. */
  private static Path chosen(Path folder) throws IOException {
    for (Path candidate : List.of(folder, Path.of("..").resolve(folder))) {
      if (Files.isDirectory(candidate)) {
        return candidate;
      }
    }
    throw new IOException(Text.of("-D%s: expected a folder, got %s", FOLDER, folder));
  }
}
