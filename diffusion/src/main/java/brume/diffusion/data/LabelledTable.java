package brume.diffusion.data;

import brume.tensor.Text;
import brume.tensor.io.FileContent;
import brume.tensor.io.NpyFile;
import brume.tensor.io.NpzFile;
import brume.tensor.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The pictures of a file of arrays, and their labels if it has such. Of several arrays, labels are the one
 * called {@code labels}, {@code label}, {@code y}, {@code arr_1}, {@code train_labels} or {@code y_train};
 * pictures are the one that is left, or of several the one called {@code images}, {@code image}, {@code
 * x}, {@code arr_0}, {@code train_images} or {@code x_train}, in lower or upper case. A single array is
 * pictures whatever its name.
 *
 * @param values the pictures
 * @param labels their labels
 * @param leftOut names of other arrays
 */
record LabelledTable(NumberTable values, Optional<Labels> labels, List<String> leftOut) {

  private static final List<String> PICTURES =
      List.of("images", "image", "x", "arr_0", "train_images", "x_train");
  private static final List<String> LABELS =
      List.of("labels", "label", "y", "arr_1", "train_labels", "y_train");
  private static final int MOST = 65_535; // classes are embedded, a vector each
  private static final int NAMED = 6; // arrays in a sentence

  /** Copies the list. {@inheritDoc} */
  LabelledTable {
    leftOut = List.copyOf(leftOut);
  }

  /**
   * An array of labels as it was found.
   *
   * @param name what error messages call it
   * @param shape its sizes
   * @param isWhole whether it is of whole numbers
   * @param values row by row; none if they are not as many as the pictures
   */
  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  record Labels(String name, long[] shape, boolean isWhole, double[] values) {

    /**
     * The labels.
     *
     * @param count how many pictures there are
     * @return a class for each
     * @throws IOException if they are not one whole number for each picture
     */
    int[] of(int count) throws IOException {
      boolean column = shape.length == 2 && shape[1] == 1;
      if (!(shape.length == 1 || column) || shape[0] != count) {
        String sizes = Arrays.toString(shape);
        throw new IOException(Text.of(
            "%s: expected one label for each of the %d pictures, got an array of (%s); mend it, or save the"
                + " pictures alone",
            name, count, sizes.substring(1, sizes.length() - 1)));
      }
      if (!isWhole) {
        throw new IOException(name + ": expected labels that are whole numbers, got others; convert"
            + " them, with astype(int) in Python, or save the pictures alone");
      }
      int[] labels = new int[count];
      for (int i = 0; i < count; i++) {
        if (!(values[i] >= 0 && values[i] <= MOST)) {
          throw new IOException(Text.of(
              "%s: expected labels from 0 to %d, got %.0f for picture %d; number the classes from 0",
              name, MOST, values[i], i));
        }
        labels[i] = (int) values[i];
      }
      return labels;
    }
  }

  /** What the arrays of a file are. */
  private record Roles(String pictures, Optional<String> labels, List<String> leftOut) {

    static Roles of(Path file, Collection<String> names) throws IOException {
      Optional<String> labels = names.size() > 1 ? first(LABELS, names) : Optional.empty();
      List<String> others = new ArrayList<>(names);
      labels.ifPresent(others::remove);
      Optional<String> pictures =
          others.size() == 1 ? Optional.of(others.get(0)) : first(PICTURES, others);
      if (pictures.isEmpty()) {
        throw new IOException(Text.of(
            "%s: expected a single array, or pictures called %s and labels called %s, got %d: %s%s; save the"
                + " one you mean alone, or by such a name",
            file,
            String.join(", ", PICTURES),
            String.join(", ", LABELS),
            names.size(),
            String.join(", ", names.stream().limit(NAMED).toList()),
            names.size() > NAMED ? ", ..." : ""));
      }
      others.remove(pictures.get());
      return new Roles(pictures.get(), labels, others);
    }

    private static Optional<String> first(List<String> wanted, Collection<String> names) {
      return wanted.stream()
          .flatMap(word -> names.stream().filter(word::equalsIgnoreCase))
          .findFirst();
    }
  }

  /**
   * Opens a file by its content: of a {@code .npz} or {@code .safetensors} file, the arrays by their
   * names; of others, the only one.
   *
   * @throws IOException if it cannot be read, holds something else, or nobody can tell which array is meant
   */
  static LabelledTable open(Path file) throws IOException {
    NumberTable.requireFile(file);
    return switch (FileContent.unpacked(file)) {
      case ZIP -> ofNpz(file, NumberTable.npz(file));
      case SAFETENSORS -> ofSafeTensors(file, SafeTensors.read(file));
      default -> new LabelledTable(NumberTable.open(file), Optional.empty(), List.of());
    };
  }

  private static LabelledTable ofNpz(Path file, NpzFile arrays) throws IOException {
    Roles roles = Roles.of(file, arrays.names());
    NumberTable pictures = NumberTable.of(arrays.array(roles.pictures));
    if (roles.labels.isEmpty()) {
      return new LabelledTable(pictures, Optional.empty(), roles.leftOut);
    }
    NpyFile array = arrays.array(roles.labels.get());
    double[] values = areAsMany(pictures, array.size()) ? array.doubles() : new double[0];
    Labels labels = new Labels(array.name(), array.shape(), array.type().isInteger(), values);
    return new LabelledTable(pictures, Optional.of(labels), roles.leftOut);
  }

  private static LabelledTable ofSafeTensors(Path file, SafeTensors tensors) throws IOException {
    Roles roles = Roles.of(file, tensors.names());
    NumberTable pictures = NumberTable.of(file, tensors, roles.pictures);
    if (roles.labels.isEmpty()) {
      return new LabelledTable(pictures, Optional.empty(), roles.leftOut);
    }
    String name = roles.labels.get();
    long[] shape = IntStream.of(tensors.shape(name)).asLongStream().toArray();
    double[] values =
        areAsMany(pictures, tensors.entry(name).size()) ? tensors.doubles(name) : new double[0];
    Labels labels =
        new Labels(file + "!" + name, shape, tensors.entry(name).type().isInteger(), values);
    return new LabelledTable(pictures, Optional.of(labels), roles.leftOut);
  }

  private static boolean areAsMany(NumberTable pictures, long labels) {
    return pictures.shape().length > 0 && pictures.shape()[0] == labels;
  }
}
