package brume.diffusion.data;

import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The labels of an IDX file of pictures, in a file of their own. */
final class IdxLabels {

  private IdxLabels() {}

  /**
   * The file of labels beside one of pictures, whose names differ as those of MNIST do: {@code
   * train-images-idx3-ubyte.gz}, {@code train-labels-idx1-ubyte.gz}, either of them unpacked or not.
   */
  static Optional<Path> beside(Path pictures) {
    String name = String.valueOf(pictures.getFileName());
    String labels = name.replaceFirst("images([-.])idx3", "labels$1idx1");
    if (labels.equals(name)) {
      return Optional.empty();
    }
    String unpacked = labels.endsWith(".gz") ? labels.substring(0, labels.length() - 3) : labels;
    return List.of(labels, unpacked, unpacked + ".gz").stream()
        .map(pictures::resolveSibling)
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /**
   * Reads labels.
   *
   * @param file of rank 1
   * @param pictures that they belong to
   * @return from 0 to 255
   * @throws IOException if it is no file of one label for each picture
   */
  static int[] read(Path file, Dataset pictures) throws IOException {
    IdxFile labels = IdxFile.read(file);
    if (labels.rank() != 1 || labels.size(0) != pictures.size()) {
      throw new IOException(Text.of(
          "%s: expected one label for each of the %d pictures of %s, got %s",
          file,
          pictures.size(),
          pictures.source(),
          labels.rank() == 1 ? labels.size(0) + " labels" : "a file of pictures"));
    }
    byte[] values = labels.values();
    return IntStream.range(0, values.length).map(i -> values[i] & 0xFF).toArray();
  }
}
