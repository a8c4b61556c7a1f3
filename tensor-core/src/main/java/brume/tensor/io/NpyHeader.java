package brume.tensor.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What stands before the numbers of an {@code .npy} file:
 *
 * <pre>
 *   93 'NUMPY'   the magic bytes
 *   major minor  version 1.0, 2.0 or 3.0, a byte each
 *   the length   of the header: 2 bytes in version 1, 4 later; little-endian
 *   the header   {'descr': '&lt;f4', 'fortran_order': False, 'shape': (64, 3), }, spaces, a line feed
 * </pre>
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">numpy's
 *     description of the format</a>
 */
public final class NpyHeader {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int ALIGNMENT = 64; // where the numbers begin, in multiples of it
  private static final int GROWTH = 21; // digits numpy leaves room for in the first size
  private static final int MAX_BYTES = 1 << 16; // numpy itself wants no more than 10,000

  private final StoredType type;
  private final ByteOrder order;
  private final boolean fortran;
  private final long[] shape;
  private final long size;
  private final int begin;

  private NpyHeader(NpyDictionary dictionary, long size, int begin) {
    this.type = dictionary.type();
    this.order = dictionary.order();
    this.fortran = dictionary.fortran();
    this.shape = dictionary.shape();
    this.size = size;
    this.begin = begin;
  }

  /**
   * The bytes before the numbers of a new file, for those who write the numbers themselves:
   * little-endian, the last size fastest. They are the bytes that numpy writes.
   *
   * @param type how each number is stored
   * @param shape the sizes, outermost first, none for a scalar
   * @return such that the numbers begin at a multiple of 64
   * @throws IllegalArgumentException if numpy has no such type, or a size is negative
   */
  public static byte[] of(StoredType type, long... shape) {
    if (Arrays.stream(shape).anyMatch(size -> size < 0)) {
      throw new IllegalArgumentException(
          "npy: expected sizes of at least 0, got " + Arrays.toString(shape));
    }
    StringBuilder text = new StringBuilder("{'descr': '")
        .append(NpyDictionary.code(type))
        .append("', 'fortran_order': False, 'shape': ")
        .append(tuple(shape))
        .append(", }");
    if (shape.length > 0) {
      text.append(" ".repeat(Math.max(0, GROWTH - Long.toString(shape[0]).length())));
    }
    int head = MAGIC.length + 2 + 2, unpadded = head + text.length() + 1;
    int bytes = (unpadded + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    text.append(" ".repeat(bytes - unpadded)).append('\n');
    return ByteBuffer.allocate(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .put((byte) 1)
        .put((byte) 0)
        .putShort((short) (bytes - head))
        .put(text.toString().getBytes(StandardCharsets.ISO_8859_1))
        .array();
  }

  /** As Python writes it: {@code ()}, {@code (6,)}, {@code (2, 3)}. */
  private static String tuple(long[] shape) {
    String sizes = Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining(", "));
    return "(" + sizes + (shape.length == 1 ? ",)" : ")");
  }

  /**
   * Reads a header and nothing after it.
   *
   * @param in a file from its beginning; left open
   * @param name what error messages call the file
   */
  static NpyHeader read(InputStream in, String name) throws IOException {
    byte[] head = in.readNBytes(MAGIC.length + 2);
    if (head.length < MAGIC.length + 2 || !Arrays.equals(head, 0, 6, MAGIC, 0, 6)) {
      throw new IOException(
          name + ": expected an .npy file, which begins with 93 'NUMPY' and a version, got "
              + (head.length == 0 ? "no bytes" : "other content"));
    }
    int major = head[6] & 0xff;
    if (major < 1 || major > 3) {
      throw new IOException(
          name + ": expected version 1, 2 or 3 of the .npy format, got version " + major);
    }
    int lengthBytes = major == 1 ? 2 : 4;
    byte[] length = in.readNBytes(lengthBytes);
    long bytes = 0;
    for (int i = length.length - 1; i >= 0; i--) {
      bytes = bytes << 8 | (length[i] & 0xff);
    }
    if (length.length < lengthBytes || bytes > MAX_BYTES) {
      throw new IOException(String.format(
          Locale.ROOT,
          "%s: expected the length of a header of at most %d bytes, got %s",
          name,
          MAX_BYTES,
          length.length < lengthBytes ? "the end of the file" : bytes));
    }
    byte[] text = in.readNBytes((int) bytes);
    if (text.length < bytes) {
      throw new IOException(String.format(
          Locale.ROOT,
          "%s: expected a header of %d bytes, got a file that ends after %d of them",
          name,
          bytes,
          text.length));
    }
    Charset charset = major == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    NpyDictionary dictionary = NpyDictionary.parse(new String(text, charset), name);
    return new NpyHeader(
        dictionary, product(dictionary, name), MAGIC.length + 2 + lengthBytes + text.length);
  }

  /** How many numbers a shape has, whose bytes can be counted. */
  private static long product(NpyDictionary dictionary, String name) throws IOException {
    long[] shape = dictionary.shape();
    if (Arrays.stream(shape).anyMatch(size -> size == 0)) {
      return 0;
    }
    long most = Long.MAX_VALUE / dictionary.type().bytes(), product = 1;
    for (long size : shape) {
      if (size > most / product) {
        throw new IOException(
            name + ": expected a shape whose bytes can be counted, got " + tuple(shape));
      }
      product *= size;
    }
    return product;
  }

  StoredType type() {
    return type;
  }

  ByteOrder order() {
    return order;
  }

  /** Whether the first index is the fastest, not the last. */
  boolean fortran() {
    return fortran;
  }

  long[] shape() {
    return shape.clone();
  }

  /** How many numbers there are. */
  long size() {
    return size;
  }

  /** Where the numbers begin, in bytes. */
  int begin() {
    return begin;
  }

  /** How many bytes the numbers have. */
  long dataBytes() {
    return size * type.bytes();
  }

  /** Such as {@code F32 (64, 3)}. */
  @Override
  public String toString() {
    return type + " " + tuple(shape);
  }
}
