package brume.tensor.io;

import brume.tensor.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;

/**
 * One array of numbers in numpy's {@code .npy} format, versions 1 to 3, of either byte order. Numbers
 * are handed out row by row, the last size fastest, also where the file has the first one fastest
 * ({@code fortran_order}).
 *
 * <p>A file is mapped, not copied: numbers cost memory when they are asked for. Nothing in it is
 * trusted, and a file that is longer or shorter than its header says is refused. Safe for many
 * threads.
 */
public final class NpyFile {

  private static final int WINDOW_BYTES = 1 << 30;
  private static final int CHUNK = 1 << 20; // bytes read before a header is believed any further

  private final String name;
  private final NpyHeader header;
  private final MappedData data;

  private NpyFile(String name, NpyHeader header, MappedData data) {
    this.name = name;
    this.header = header;
    this.data = data.ordered(header.order());
  }

  /**
   * Opens a file. It may be replaced or deleted afterwards, but not be cut short or written over.
   *
   * @param file where it lies
   * @return its array
   * @throws IOException if it cannot be read or does not follow the format
   */
  public static NpyFile read(Path file) throws IOException {
    return read(file, WINDOW_BYTES);
  }

  /** Opens a file through windows of a chosen size, at least that of the widest number. */
  static NpyFile read(Path file, int windowBytes) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + ": expected an .npy file, got "
          + (Files.isDirectory(file)
              ? "a folder"
              : Files.exists(file) ? "no regular file" : "nothing at this path"));
    }
    try (FileChannel channel = FileChannel.open(file)) {
      String name = file.toString();
      NpyHeader header = NpyHeader.read(Channels.newInputStream(channel), name);
      long bytes = channel.size() - header.begin();
      if (bytes != header.dataBytes()) {
        throw wrongLength(name, header, Long.toString(bytes));
      }
      return new NpyFile(name, header, MappedData.of(channel, header.begin(), bytes, windowBytes));
    }
  }

  /**
   * Reads a stream to its end into memory, which grows with the bytes that arrive and never beyond
   * what the header promises and half the heap can hold.
   *
   * @param in an .npy file; left open
   * @param name what error messages call it
   * @return its array
   * @throws IOException if it does not follow the format, or is too large
   */
  static NpyFile read(InputStream in, String name) throws IOException {
    NpyHeader header = NpyHeader.read(in, name);
    long most = Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory() / 2);
    if (header.dataBytes() > most) {
      throw new IOException(String.format(
          Locale.ROOT,
          "%s: expected at most %,d bytes, which is what this heap can hold, got a header of %s;"
              + " unpack the .npy file, which is then read piece by piece, or raise -Xmx",
          name,
          most,
          header));
    }
    int length = (int) header.dataBytes();
    byte[] bytes = new byte[0];
    for (int count = 0; count < length; ) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(length, Math.max(CHUNK, 2L * count)));
      count += in.readNBytes(bytes, count, bytes.length - count);
      if (count < bytes.length) {
        throw wrongLength(name, header, Integer.toString(count));
      }
    }
    if (in.read() >= 0) {
      throw wrongLength(name, header, "more");
    }
    return new NpyFile(name, header, MappedData.of(bytes));
  }

  private static IOException wrongLength(String name, NpyHeader header, String got) {
    return new IOException(Text.of(
            "%s: expected %d bytes after a header of %s, got %s; the file was cut",
            name, header.dataBytes(), header, got)
        + " short, holds more than one array, or its header is wrong");
  }

  /**
   * Names the file as error messages do.
   *
   * @return its path, with the array's name if it lies in an {@code .npz} file
   */
  public String name() {
    return name;
  }

  /**
   * How the numbers are stored.
   *
   * @return the type of every number
   */
  public StoredType type() {
    return header.type();
  }

  /**
   * The sizes, outermost first.
   *
   * @return a fresh array, empty for a scalar
   */
  public long[] shape() {
    return header.shape();
  }

  /**
   * The product of the sizes.
   *
   * @return how many numbers there are, 1 for a scalar
   */
  public long size() {
    return header.size();
  }

  /**
   * All numbers, rounded to float where they are stored wider.
   *
   * @return row by row, a fresh array
   * @throws IOException if there are more than one Java array can hold
   */
  public float[] floats() throws IOException {
    float[] floats = new float[whole()];
    floats(0, floats.length, floats, 0);
    return floats;
  }

  /**
   * Some of the numbers, rounded to float where they are stored wider.
   *
   * @param first which one to begin with, counted row by row
   * @param count how many
   * @param into receives them
   * @param offset where in {@code into} the first one goes
   * @throws IndexOutOfBoundsException if there are not so many, or {@code into} is too short
   */
  public void floats(long first, int count, float[] into, int offset) {
    Objects.checkFromIndexSize(offset, count, into.length);
    StoredType type = header.type();
    forEach(first, count, (bytes, at, i, length) -> {
      if (type == StoredType.F32) {
        bytes
            .slice(at, 4 * length)
            .order(bytes.order())
            .asFloatBuffer()
            .get(into, offset + i, length);
        return;
      }
      for (int n = 0; n < length; n++) {
        into[offset + i + n] = (float) type.toDouble(bytes, at + n * type.bytes());
      }
    });
  }

  /**
   * All numbers, exact unless they are integers beyond 2⁵³.
   *
   * @return row by row, a fresh array
   * @throws IOException if there are more than one Java array can hold
   */
  public double[] doubles() throws IOException {
    double[] doubles = new double[whole()];
    StoredType type = header.type();
    forEach(0, doubles.length, (bytes, at, i, length) -> {
      for (int n = 0; n < length; n++) {
        doubles[i + n] = type.toDouble(bytes, at + n * type.bytes());
      }
    });
    return doubles;
  }

  /**
   * All integers; of booleans, 0 and 1.
   *
   * @return row by row, a fresh array
   * @throws IOException if the numbers are no integers, or more than one Java array can hold
   */
  public long[] longs() throws IOException {
    StoredType type = header.type();
    if (!type.isInteger()) {
      throw new IOException(name + ": expected integers, got numbers of type " + type);
    }
    long[] longs = new long[whole()];
    forEach(0, longs.length, (bytes, at, i, length) -> {
      for (int n = 0; n < length; n++) {
        longs[i + n] = type.toLong(bytes, at + n * type.bytes());
      }
    });
    return longs;
  }

  private int whole() throws IOException {
    if (header.size() > Integer.MAX_VALUE - 8) {
      throw new IOException(String.format(
          Locale.ROOT,
          "%s: expected at most %,d numbers to hold at once, got %s",
          name,
          Integer.MAX_VALUE - 8,
          header));
    }
    return (int) header.size();
  }

  private void forEach(long first, int count, MappedData.Run run) {
    Objects.checkFromIndexSize(first, count, header.size());
    if (!header.fortran()) {
      data.forEach(stored(first, count), run);
      return;
    }
    for (int i = 0; i < count; i++) {
      int place = i;
      data.forEach(
          stored(transposed(first + i), 1),
          (bytes, at, zero, one) -> run.take(bytes, at, place, one));
    }
  }

  private StoredTensor stored(long first, int count) {
    long begin = first * header.type().bytes();
    return new StoredTensor(name, header.type(), new int[] {count}, count, begin);
  }

  /** Where a number lies that is the n-th row by row, in a file that has the first size fastest. */
  private long transposed(long n) {
    long[] shape = header.shape();
    long place = 0, rest = n, stride = header.size();
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      stride /= shape[axis];
      place += rest % shape[axis] * stride;
      rest /= shape[axis];
    }
    return place;
  }

  /** Such as {@code pictures.npy: U8 (64, 28, 28)}. */
  @Override
  public String toString() {
    return name + ": " + header;
  }
}
