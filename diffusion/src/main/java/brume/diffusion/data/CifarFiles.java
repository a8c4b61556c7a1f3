package brume.diffusion.data;

import brume.tensor.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The binary version of CIFAR-10 or CIFAR-100: records of one label, or a coarse and a fine one, and
 * 32x32 pixels, first all red ones, then the green, then the blue. Records are read when they are wanted;
 * in memory are their labels only.
 *
 * @see <a href="https://www.cs.toronto.edu/~kriz/cifar.html">The CIFAR-10 and CIFAR-100 datasets</a>
 */
final class CifarFiles implements Dataset {

  private static final int SIDE = 32, CHANNELS = 3, PLANE = SIDE * SIDE;
  private static final int PIXELS = CHANNELS * PLANE;
  private static final String TEST = "test";
  private static final List<Form> FORMS = List.of(
      new Form(1, 10, 10, "batches.meta.txt", "batches.meta.txt"),
      new Form(2, 20, 100, "coarse_label_names.txt", "fine_label_names.txt"));

  /**
   * One of the two sets.
   *
   * @param labels how many stand before the pixels
   * @param coarse how many classes the first has
   * @param fine how many the last has
   * @param coarseNames file with the names of the first
   * @param fineNames file with the names of the last
   */
  private record Form(int labels, int coarse, int fine, String coarseNames, String fineNames) {
    int record() {
      return labels + PIXELS;
    }

    boolean fits(byte[] before) {
      return before[0] >= 0
          && before[0] < coarse
          && before[labels - 1] >= 0
          && before[labels - 1] < fine;
    }
  }

  private final Path path;
  private final Form form;
  private final List<Path> files;
  private final List<Integer> firsts =
      new ArrayList<>(); // number of the first picture of each file
  private final int[] labels;
  private final List<String> classes;

  /**
   * Opens a file, or all files of a folder but those for tests.
   *
   * @param path of the file or folder
   * @param names which labels of CIFAR-100 are told
   * @throws IOException if there are none, or one holds something else; the message names it
   */
  CifarFiles(Path path, CifarSettings.Names names) throws IOException {
    this.path = path;
    this.files = files(path);
    this.form = form(files.get(0));
    boolean coarse = names == CifarSettings.Names.COARSE;
    if (coarse && form.labels() == 1) {
      throw new IOException(path
          + ": expected CIFAR-100 for coarse names of classes, got CIFAR-10, which has one name"
          + " for each; leave out --names");
    }
    List<int[]> each = new ArrayList<>();
    int count = 0;
    for (Path file : files) {
      int[] told = labels(file, coarse);
      each.add(told);
      firsts.add(count);
      count = Math.addExact(count, told.length);
    }
    this.labels = each.stream().flatMapToInt(IntStream::of).toArray();
    this.classes = classes(coarse);
  }

  /** Whether a folder is one of CIFAR's. */
  static boolean isFolder(Path folder) {
    return Files.isRegularFile(folder.resolve("data_batch_1.bin"))
        || Files.isRegularFile(folder.resolve("train.bin"));
  }

  /** Whether a file looks like one of CIFAR's: whole records, with labels that there are. */
  static boolean isFile(Path file) throws IOException {
    return String.valueOf(file.getFileName()).endsWith(".bin")
        && FORMS.stream().anyMatch(form -> looksLike(file, form));
  }

  private static boolean looksLike(Path file, Form form) {
    try {
      long size = Files.size(file);
      if (size == 0 || size % form.record() != 0) {
        return false;
      }
      try (FileChannel in = FileChannel.open(file)) {
        for (long i = 0; i < Math.min(size / form.record(), 100); i++) {
          if (!form.fits(read(file, in, i * form.record(), form.labels()))) {
            return false;
          }
        }
      }
      return true;
    } catch (IOException unread) {
      return false;
    }
  }

  private static List<Path> files(Path path) throws IOException {
    if (Files.isRegularFile(path)) {
      return List.of(path);
    }
    try (Stream<Path> in = Files.list(path)) {
      List<Path> found = in.filter(file -> {
            String name = String.valueOf(file.getFileName());
            return name.endsWith(".bin") && !name.startsWith(TEST);
          })
          .sorted()
          .toList();
      if (found.isEmpty()) {
        throw new IOException(
            path + ": expected data_batch_1.bin or train.bin of CIFAR, got a folder without them");
      }
      return found;
    }
  }

  private static Form form(Path file) throws IOException {
    for (Form form : FORMS) {
      if (looksLike(file, form)) {
        return form;
      }
    }
    throw new IOException(Text.of(
        "%s: expected records of CIFAR-10 (%d bytes) or CIFAR-100 (%d bytes), got a file of %d bytes",
        file, FORMS.get(0).record(), FORMS.get(1).record(), Files.size(file)));
  }

  private int[] labels(Path file, boolean coarse) throws IOException {
    long size = Files.size(file);
    if (size == 0 || size % form.record() != 0) {
      throw new IOException(Text.of(
          "%s: expected records of %d bytes like those before it, got a file of %d bytes",
          file, form.record(), size));
    }
    int[] told = new int[Math.toIntExact(size / form.record())];
    try (FileChannel in = FileChannel.open(file)) {
      for (int i = 0; i < told.length; i++) {
        byte[] before = read(file, in, (long) i * form.record(), form.labels());
        if (!form.fits(before)) {
          throw new IOException(Text.of(
              "%s: expected labels below %d in picture %d, got %d",
              file, form.fine(), i, before[form.labels() - 1] & 0xFF));
        }
        told[i] = before[coarse ? 0 : form.labels() - 1];
      }
    }
    return told;
  }

  private List<String> classes(boolean coarse) throws IOException {
    int count = coarse ? form.coarse() : form.fine();
    String name = coarse ? form.coarseNames() : form.fineNames();
    Path names = Files.isDirectory(path) ? path.resolve(name) : path.resolveSibling(name);
    if (Files.isRegularFile(names)) {
      List<String> read = lines(names, count);
      if (read.size() == count && read.stream().distinct().count() == count) {
        return read;
      }
      throw new IOException(Text.of(
          "%s: expected the names of %d classes, one a line, got %s; mend or remove the file",
          names, count, read.size() > count ? "more" : read.size()));
    }
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  /** The lines that are not empty, up to one more than there may be. */
  private static List<String> lines(Path file, int most) throws IOException {
    List<String> lines = new ArrayList<>();
    try (TextLines in = new TextLines(file, file.toString(), CodingErrorAction.REPORT)) {
      for (String line = in.next(); line != null && lines.size() <= most; line = in.next()) {
        if (!line.isBlank()) {
          lines.add(line.strip());
        }
      }
    }
    return lines;
  }

  private static byte[] read(Path file, FileChannel in, long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining()) {
      if (in.read(bytes, at + bytes.position()) < 0) {
        throw new IOException(
            file + ": expected the pictures it had when it was opened, got fewer; give it anew");
      }
    }
    return bytes.array();
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public int height() {
    return SIDE;
  }

  @Override
  public int width() {
    return SIDE;
  }

  @Override
  public int channels() {
    return CHANNELS;
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public void read(int index, boolean flipped, float[] into, int offset) throws IOException {
    Objects.checkIndex(index, size());
    int file = files.size() - 1;
    while (firsts.get(file) > index) {
      file--;
    }
    long at = (long) (index - firsts.get(file)) * form.record() + form.labels();
    byte[] planes;
    try (FileChannel in = FileChannel.open(files.get(file))) { // data are never closed
      planes = read(files.get(file), in, at, PIXELS);
    }
    byte[] picture = new byte[PIXELS];
    for (int i = 0; i < PLANE; i++) {
      for (int c = 0; c < CHANNELS; c++) {
        picture[i * CHANNELS + c] = planes[c * PLANE + i];
      }
    }
    Pixels.read(picture, 0, this, flipped, into, offset);
  }

  @Override
  public String source() {
    return path.toString();
  }
}
