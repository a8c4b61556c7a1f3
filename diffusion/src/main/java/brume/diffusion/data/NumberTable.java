package brume.diffusion.data;

import brume.tensor.Text;
import brume.tensor.io.FileContent;
import brume.tensor.io.NpyFile;
import brume.tensor.io.NpzFile;
import brume.tensor.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.IntStream;

/** One array of numbers in a file, read in pieces; safe for many threads. */
interface NumberTable {

  /** Characters of names in a sentence. */
  int SHOWN = 200;

  /** What error messages call it. */
  String name();

  /** The sizes, outermost first. */
  long[] shape();

  /** Whether they are whole numbers, as those of pictures mostly are. */
  boolean isWhole();

  /**
   * Reads numbers.
   *
   * @param first which one to begin with, counted row by row
   * @param count how many
   * @param into receives them
   * @param offset where in {@code into} the first one goes
   */
  void read(long first, int count, float[] into, int offset);

  /** Least and greatest of all numbers, which must be finite. */
  default Range range() throws IOException {
    long total = 1;
    for (long size : shape()) {
      total *= size;
    }
    float[] chunk = new float[1 << 16];
    double low = Double.POSITIVE_INFINITY, high = Double.NEGATIVE_INFINITY;
    for (long first = 0; first < total; first += chunk.length) {
      int count = (int) Math.min(chunk.length, total - first);
      read(first, count, chunk, 0);
      for (int i = 0; i < count; i++) {
        if (!Float.isFinite(chunk[i])) {
          throw new IOException(Text.of(
              "%s: expected finite numbers, got %s in row %d; leave it out",
              name(), chunk[i], (first + i) / (total / shape()[0])));
        }
        low = Math.min(low, chunk[i]);
        high = Math.max(high, chunk[i]);
      }
    }
    return new Range(low, high);
  }

  /**
   * Numbers between two.
   *
   * @param low the least
   * @param high the greatest
   */
  record Range(double low, double high) {}

  /** Such as {@code (64, 28, 28)}. */
  default String sizes() {
    String list = Arrays.toString(shape());
    return "(" + list.substring(1, list.length() - 1) + ")";
  }

  /**
   * Opens a file by its content: {@code .npy}, or {@code .npz} and {@code .safetensors} of a single
   * array, or text of numbers.
   *
   * @throws IOException if it cannot be read or holds something else
   */
  static NumberTable open(Path file) throws IOException {
    requireFile(file);
    FileContent content = FileContent.unpacked(file);
    return switch (content) {
      case NPY -> of(NpyFile.read(file));
      case ZIP -> {
        NpzFile arrays = npz(file);
        yield of(arrays.array(single(file, arrays.names())));
      }
      case SAFETENSORS -> {
        SafeTensors tensors = SafeTensors.read(file);
        yield of(file, tensors, single(file, tensors.names()));
      }
      case TEXT -> CsvTable.read(file);
      default ->
        throw new IOException(file + ": expected numbers in a .npy, .npz, .safetensors or CSV file,"
            + " got " + content.insteadIn(file));
    };
  }

  /** Refuses what is no regular file. */
  static void requireFile(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + ": expected a file with data, got "
          + (Files.isDirectory(file)
              ? "a folder; name the file in it"
              : Files.exists(file)
                  ? "a pipe or a device, which can be read only once; save it as a file first"
                  : "nothing at this path; check its spelling"));
    }
  }

  /** Opens a ZIP file of arrays. */
  static NpzFile npz(Path file) throws IOException {
    try {
      return NpzFile.read(file);
    } catch (IOException other) {
      throw new IOException(
          file + ": expected a ZIP file of arrays, as .npz are, got "
              + FileContent.ZIP.insteadIn(file),
          other);
    }
  }

  private static String single(Path file, Collection<String> names) throws IOException {
    if (names.size() != 1) {
      throw new IOException(Text.of(
          "%s: expected a single array, got %d: %s%s; save the one you mean alone",
          file,
          names.size(),
          Text.shown(String.join(", ", names.stream().limit(3).toList()), SHOWN),
          names.size() > 3 ? ", ..." : ""));
    }
    return names.iterator().next();
  }

  /** An array that is mapped or in memory. */
  static NumberTable of(NpyFile array) {
    return new NumberTable() {
      @Override
      public String name() {
        return array.name();
      }

      @Override
      public long[] shape() {
        return array.shape();
      }

      @Override
      public boolean isWhole() {
        return array.type().isInteger();
      }

      @Override
      public void read(long first, int count, float[] into, int offset) {
        array.floats(first, count, into, offset);
      }
    };
  }

  /** A tensor of a file, read into memory. */
  static NumberTable of(Path file, SafeTensors tensors, String name) {
    float[] all = tensors.floats(name);
    long[] shape = IntStream.of(tensors.shape(name)).asLongStream().toArray();
    boolean whole = tensors.entry(name).type().isInteger();
    return new InMemory(file.toString(), shape, whole, all);
  }

  /**
   * Numbers that were read whole.
   *
   * @param name what error messages call them
   * @param shape the sizes, outermost first
   * @param isWhole whether they are whole numbers
   * @param values row by row
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares tables
  record InMemory(String name, long[] shape, boolean isWhole, float[] values)
      implements NumberTable {
    @Override
    public void read(long first, int count, float[] into, int offset) {
      System.arraycopy(values, Math.toIntExact(first), into, offset, count);
    }
  }
}
