package brume.cuda;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The PTX files that lie beside the classes of the backend. */
public final class ShippedKernels {

  private ShippedKernels() {}

  /**
   * All of them.
   *
   * @return sorted by name
   * @throws IOException if the folder cannot be read
   * @throws URISyntaxException if the folder has no path
   */
  public static List<Path> files() throws IOException, URISyntaxException {
    Path one = Path.of(PtxModule.class.getResource("activation.ptx").toURI());
    try (Stream<Path> files = Files.list(one.getParent())) {
      return files.filter(file -> file.toString().endsWith(".ptx")).sorted().toList();
    }
  }
}
