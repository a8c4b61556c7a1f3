package brume.diffusion.data;

import brume.tensor.Text;
import brume.tensor.io.FileContent;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.ZipException;

/**
 * A file in the IDX format of MNIST, gzipped or not: unsigned bytes of rank 1 (labels), 3 (grey
 * pictures, N, H, W) or 4 (pictures, N, H, W, C).
 *
 * <pre>
 * 00 00 08 rank | rank sizes, 4 bytes each, big-endian | the values, last size fastest
 * </pre>
 *
 * <p>Nothing in the file is trusted: memory grows with the bytes that arrive and never beyond what
 * the header promises, and a file that is longer or shorter than promised is refused.
 */
public final class IdxFile {
  private static final int CHUNK = 1 << 20; // bytes read before the header is believed any further
  private static final int UNSIGNED_BYTE = 0x08;

  private final String name;
  private final int[] sizes;
  private final byte[] values;

  private IdxFile(String name, int[] sizes, byte[] values) {
    this.name = name;
    this.sizes = sizes;
    this.values = values;
  }

  /**
   * Reads a file, unzipping it if it begins like a gzip file.
   *
   * @param file an IDX file, whatever its name ends in
   * @return the whole file in memory
   * @throws IOException if there is no such file or it is not an IDX file of unsigned bytes from
   *     beginning to end
   */
  public static IdxFile read(Path file) throws IOException {
    NumberTable.requireFile(file);
    FileContent content = FileContent.unpacked(file);
    if (content.isKnown()) {
      throw new IOException(file + ": expected an IDX file, got " + content.insteadIn(file));
    }
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, file.toString());
    }
  }

  /**
   * Reads a stream to its end, unzipping it if it begins like a gzip file.
   *
   * @param in an IDX file; left open
   * @param name what error messages call it
   * @return the whole file in memory
   * @throws IOException if it is not an IDX file of unsigned bytes from beginning to end
   */
  public static IdxFile read(InputStream in, String name) throws IOException {
    try {
      InputStream unzipped = FileContent.unpacked(in);
      int[] sizes = readSizes(unzipped, name);
      return new IdxFile(name, sizes, readValues(unzipped, sizes, name));
    } catch (EOFException | ZipException e) {
      throw new IOException(
          name + ": expected a whole gzip file, got a damaged one (" + Text.reason(e)
              + "); fetch it again",
          e);
    }
  }

  /**
   * Names the file as error messages do.
   *
   * @return the path or the name it was read under
   */
  public String name() {
    return name;
  }

  /**
   * Tells the number of sizes.
   *
   * @return 1, 3 or 4
   */
  public int rank() {
    return sizes.length;
  }

  /**
   * Tells one of the sizes in the header.
   *
   * @param axis which one, in [0, rank)
   * @return that size, at least one
   */
  public int size(int axis) {
    return sizes[axis];
  }

  /**
   * Hands out the values without copying; they are not to be changed.
   *
   * @return unsigned bytes, the last axis fastest
   */
  byte[] values() {
    return values;
  }

  private static int[] readSizes(InputStream in, String name) throws IOException {
    byte[] magic = in.readNBytes(4);
    if (magic.length < 4 || magic[0] != 0 || magic[1] != 0) {
      throw new IOException(
          name + ": expected an IDX file, which begins with 00 00 08 and its rank, got "
              + (magic.length == 0 ? "no bytes" : HexFormat.ofDelimiter(" ").formatHex(magic)));
    }
    if (magic[2] != UNSIGNED_BYTE) {
      throw new IOException(
          Text.of("%s: expected values of type 08 (unsigned byte), got type %02x", name, magic[2]));
    }
    int rank = magic[3] & 0xFF;
    if (rank != 1 && rank != 3 && rank != 4) {
      throw new IOException(
          name + ": expected rank 1 (labels), 3 (N, H, W) or 4 (N, H, W, C), got rank " + rank);
    }
    byte[] bytes = in.readNBytes(4 * rank);
    if (bytes.length < 4 * rank) {
      throw new IOException(name + ": expected a header of " + (4 + 4 * rank) + " bytes for rank "
          + rank + ", got a file of " + (4 + bytes.length));
    }
    return sizes(bytes, name);
  }

  private static int[] sizes(byte[] header, String name) throws IOException {
    // Half the heap: the array is copied while it grows.
    long most = Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory() / 2);
    long[] sizes = new long[header.length / 4];
    for (int axis = 0; axis < sizes.length; axis++) {
      for (int i = 0; i < 4; i++) {
        sizes[axis] = sizes[axis] << 8 | (header[4 * axis + i] & 0xFF);
      }
    }
    long length = 1;
    for (long size : sizes) {
      if (size == 0) {
        throw new IOException(
            name + ": expected sizes of at least 1, got a header of " + text(sizes));
      }
      length = size > most / length ? most + 1 : length * size;
    }
    if (length > most) {
      throw new IOException(
          name + ": expected at most " + most + " bytes, which is what this heap can hold, got a"
              + " header of " + text(sizes) + "; raise -Xmx if the header is right");
    }
    return Arrays.stream(sizes).mapToInt(Math::toIntExact).toArray();
  }

  private static byte[] readValues(InputStream in, int[] sizes, String name) throws IOException {
    int length = Arrays.stream(sizes).reduce(1, Math::multiplyExact);
    byte[] values = new byte[0];
    for (int count = 0; count < length; ) {
      values = Arrays.copyOf(values, (int) Math.min(length, Math.max(CHUNK, 2L * count)));
      count += in.readNBytes(values, count, values.length - count);
      if (count < values.length) {
        throw new IOException(wrongLength(name, length, sizes) + count
            + "; the file was cut short or its header is" + " wrong");
      }
    }
    if (in.read() >= 0) {
      throw new IOException(
          wrongLength(name, length, sizes) + "more; the file has bytes at its end that do not"
              + " belong to it or its header is wrong");
    }
    return values;
  }

  private static String wrongLength(String name, int length, int[] sizes) {
    return name + ": expected " + length + " bytes after a header of "
        + text(Arrays.stream(sizes).asLongStream().toArray()) + ", got ";
  }

  private static String text(long[] sizes) {
    return Arrays.toString(sizes).replace('[', '(').replace(']', ')');
  }
}
