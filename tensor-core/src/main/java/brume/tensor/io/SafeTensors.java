package brume.tensor.io;

import brume.tensor.Halves;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;

/**
 * A file of named tensors in the safetensors format, opened for reading:
 *
 * <pre>
 *   8 bytes      length of the header, little-endian
 *   the header   JSON: for each name {"dtype": "F32", "shape": [64, 3], "data_offsets": [0, 768]},
 *                and texts under "__metadata__"
 *   the data     the numbers, little-endian, row by row
 * </pre>
 *
 * <p>The data is mapped, not copied: a tensor costs memory when its numbers are asked for. What does
 * not follow the format to the letter is refused.
 *
 * @see <a href="https://github.com/huggingface/safetensors">The format's description</a>
 */
public final class SafeTensors {

  private static final int WINDOW_BYTES = 1 << 30; // a mapped buffer ends below 2 GiB

  private final Path file;
  private final Map<String, StoredTensor> tensors;
  private final Map<String, String> metadata;
  private final MappedData data;

  private SafeTensors(Path file, SafeTensorsHeader header, MappedData data) {
    this.file = file;
    this.tensors = Collections.unmodifiableMap(header.tensors());
    this.metadata = Collections.unmodifiableMap(header.metadata());
    this.data = data;
  }

  /**
   * Opens a file. It may be replaced or deleted afterwards, but not be cut short or written over.
   *
   * @param file where it lies
   * @return its tensors
   * @throws SafeTensorsException if it does not follow the format
   * @throws IOException if it cannot be read
   */
  public static SafeTensors read(Path file) throws IOException {
    return read(file, WINDOW_BYTES);
  }

  /** Opens a file through windows of a chosen size, at least that of the widest number. */
  static SafeTensors read(Path file, int windowBytes) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new SafeTensorsException(
          file,
          "expected a safetensors file, got %s",
          Files.isDirectory(file) ? "a folder" : "nothing");
    }
    FileContent content = FileContent.of(file);
    if (content.isKnown() && content != FileContent.SAFETENSORS) {
      throw new SafeTensorsException(
          file, "expected a safetensors file, got %s", content.insteadIn(file));
    }
    try (FileChannel channel = FileChannel.open(file)) {
      long fileBytes = channel.size();
      if (fileBytes < Long.BYTES) {
        throw new SafeTensorsException(
            file, "expected 8 bytes with the length of the header, got a file of %d", fileBytes);
      }
      long headerBytes = bytes(file, channel, 0, Long.BYTES).getLong(0);
      if (headerBytes < 1 || headerBytes > SafeTensorsHeader.MAX_BYTES) {
        throw new SafeTensorsException(
            file,
            "expected a header of 1 to %d bytes, got a length of %s",
            SafeTensorsHeader.MAX_BYTES,
            Long.toUnsignedString(headerBytes));
      }
      if (headerBytes > fileBytes - Long.BYTES) {
        throw new SafeTensorsException(
            file,
            "expected a header of %d bytes, got a file that ends %d bytes after its length",
            headerBytes,
            fileBytes - Long.BYTES);
      }
      long dataBegin = Long.BYTES + headerBytes;
      ByteBuffer header = bytes(file, channel, Long.BYTES, (int) headerBytes);
      return new SafeTensors(
          file,
          SafeTensorsHeader.parse(file, header, fileBytes - dataBegin),
          MappedData.of(channel, dataBegin, fileBytes - dataBegin, windowBytes));
    }
  }

  /**
   * The names of all tensors.
   *
   * @return in the order of the file's header
   */
  public Set<String> names() {
    return tensors.keySet();
  }

  /**
   * The texts stored beside the tensors.
   *
   * @return in the order of the file, empty if there are none
   */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * What the file says about a tensor.
   *
   * @param name one of {@link #names()}
   * @return its type and shape
   * @throws IllegalArgumentException if there is no tensor of this name
   */
  public StoredTensor entry(String name) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          Text.of("%s: expected a tensor named %s, got %s", file, name, tensors.keySet()));
    }
    return tensor;
  }

  /**
   * The sizes of a tensor.
   *
   * @param name one of {@link #names()}
   * @return outermost first, empty for a scalar
   * @throws IllegalArgumentException if there is no tensor of this name
   */
  public int[] shape(String name) {
    return entry(name).shape();
  }

  /**
   * The numbers of a tensor, rounded to float where they are stored wider.
   *
   * @param name one of {@link #names()}
   * @return row by row, a fresh array
   * @throws IllegalArgumentException if there is no tensor of this name
   */
  public float[] floats(String name) {
    float[] floats = new float[entry(name).size()];
    read(name, 0, floats, 0, floats.length);
    return floats;
  }

  /**
   * Some numbers of a tensor, rounded to float where they are stored wider.
   *
   * @param name one of {@link #names()}
   * @param first number, counted row by row
   * @param into receives them
   * @param at where it receives the first
   * @param count how many
   * @throws IllegalArgumentException if there is no tensor of this name
   */
  public void read(String name, int first, float[] into, int at, int count) {
    StoredTensor tensor = entry(name);
    StoredType type = tensor.type();
    data.forEach(tensor, first, count, (bytes, from, i, some) -> {
      ByteBuffer run = bytes.slice(from, type.bytes() * some).order(ByteOrder.LITTLE_ENDIAN);
      if (type == StoredType.F32) {
        run.asFloatBuffer().get(into, at + i, some);
      } else if (type.half().isPresent()) {
        short[] bits = new short[some];
        run.asShortBuffer().get(bits);
        Halves.widen(type.half().get(), bits, 0, into, at + i, some);
      } else {
        for (int k = 0; k < some; k++) {
          into[at + i + k] = (float) type.toDouble(run, k * type.bytes());
        }
      }
    });
  }

  /**
   * The bits of some numbers of half width.
   *
   * @param name one of {@link #names()}, of a tensor whose {@linkplain StoredType#half() type} is of half
   *     width
   * @param first number, counted row by row
   * @param into receives them
   * @param at where it receives the first
   * @param count how many
   * @throws IllegalArgumentException if there is no tensor of this name, or it is of another type
   */
  public void readBits(String name, int first, short[] into, int at, int count) {
    StoredTensor tensor = entry(name);
    if (tensor.type().half().isEmpty()) {
      throw new IllegalArgumentException(Text.of(
          "%s: expected tensor %s to hold numbers of half width, got %s",
          file, name, tensor.type()));
    }
    data.forEach(tensor, first, count, (bytes, from, i, some) -> bytes
        .slice(from, Short.BYTES * some)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asShortBuffer()
        .get(into, at + i, some));
  }

  /**
   * The numbers of a tensor, exact unless they are integers beyond 2⁵³.
   *
   * @param name one of {@link #names()}
   * @return row by row, a fresh array
   * @throws IllegalArgumentException if there is no tensor of this name
   */
  public double[] doubles(String name) {
    StoredTensor tensor = entry(name);
    StoredType type = tensor.type();
    double[] doubles = new double[tensor.size()];
    data.forEach(tensor, (bytes, at, first, count) -> {
      for (int i = 0; i < count; i++) {
        doubles[first + i] = type.toDouble(bytes, at + i * type.bytes());
      }
    });
    return doubles;
  }

  /**
   * The integers of a tensor; of booleans, 0 and 1.
   *
   * @param name one of {@link #names()}
   * @return row by row, a fresh array
   * @throws IllegalArgumentException if there is no tensor of this name or its numbers are no
   *     integers
   */
  public long[] longs(String name) {
    StoredTensor tensor = entry(name);
    StoredType type = tensor.type();
    if (!type.isInteger()) {
      throw new IllegalArgumentException(
          Text.of("%s: expected tensor %s to hold integers, got %s", file, name, type));
    }
    long[] longs = new long[tensor.size()];
    data.forEach(tensor, (bytes, at, first, count) -> {
      for (int i = 0; i < count; i++) {
        longs[first + i] = type.toLong(bytes, at + i * type.bytes());
      }
    });
    return longs;
  }

  /** Bytes of a file from a position on. */
  private static ByteBuffer bytes(Path file, FileChannel channel, long position, int count)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw new SafeTensorsException(
            file, "expected %d bytes at %d, got the end", count, position);
      }
    }
    return bytes.flip();
  }
}
