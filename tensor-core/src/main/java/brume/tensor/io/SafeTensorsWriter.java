package brume.tensor.io;

import brume.tensor.DType;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gathers named tensors and writes them as one safetensors file. The arrays are not copied: what
 * they hold when {@link #write} runs is what the file gets.
 *
 * <p>Tensors are stored in the order they were added, but those of wider numbers first, so that each
 * begins at a multiple of its width.
 */
public final class SafeTensorsWriter {

  private static final int CHUNK_BYTES = 1 << 16;

  private final Map<String, Source> sources = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  /** Starts with nothing to write. */
  public SafeTensorsWriter() {}

  /**
   * Adds a tensor stored as F32.
   *
   * @param name unlike all others
   * @param shape its sizes, outermost first, empty for a scalar
   * @param values its numbers, row by row
   * @return this
   * @throws IllegalArgumentException if the name is taken or the shape wants another count
   */
  public SafeTensorsWriter add(String name, int[] shape, float[] values) {
    return add(name, StoredType.F32, shape, values.length, (chunk, i) -> chunk.putFloat(values[i]));
  }

  /**
   * Adds a tensor stored as F64.
   *
   * @param name unlike all others
   * @param shape its sizes, outermost first, empty for a scalar
   * @param values its numbers, row by row
   * @return this
   * @throws IllegalArgumentException if the name is taken or the shape wants another count
   */
  public SafeTensorsWriter add(String name, int[] shape, double[] values) {
    return add(
        name, StoredType.F64, shape, values.length, (chunk, i) -> chunk.putDouble(values[i]));
  }

  /**
   * Adds a tensor stored as F16 or BF16.
   *
   * @param name unlike all others
   * @param shape its sizes, outermost first, empty for a scalar
   * @param format of the numbers, of half width
   * @param bits of its numbers, row by row
   * @return this
   * @throws IllegalArgumentException if the name is taken, the shape wants another count, or the format
   *     is not of half width
   */
  public SafeTensorsWriter add(String name, int[] shape, DType format, short[] bits) {
    if (!format.isHalf()) {
      throw new IllegalArgumentException(
          Text.of("tensor %s: expected a format of half width, got %s", name, format));
    }
    StoredType type = format == DType.F16 ? StoredType.F16 : StoredType.BF16;
    return add(name, type, shape, bits.length, (chunk, i) -> chunk.putShort(bits[i]));
  }

  /**
   * Adds a tensor stored as I64.
   *
   * @param name unlike all others
   * @param shape its sizes, outermost first, empty for a scalar
   * @param values its numbers, row by row
   * @return this
   * @throws IllegalArgumentException if the name is taken or the shape wants another count
   */
  public SafeTensorsWriter add(String name, int[] shape, long[] values) {
    return add(name, StoredType.I64, shape, values.length, (chunk, i) -> chunk.putLong(values[i]));
  }

  /**
   * Adds a tensor stored as I32.
   *
   * @param name unlike all others
   * @param shape its sizes, outermost first, empty for a scalar
   * @param values its numbers, row by row
   * @return this
   * @throws IllegalArgumentException if the name is taken or the shape wants another count
   */
  public SafeTensorsWriter add(String name, int[] shape, int[] values) {
    return add(name, StoredType.I32, shape, values.length, (chunk, i) -> chunk.putInt(values[i]));
  }

  /**
   * Adds a tensor stored as U8.
   *
   * @param name unlike all others
   * @param shape its sizes, outermost first, empty for a scalar
   * @param values its numbers as unsigned bytes, row by row
   * @return this
   * @throws IllegalArgumentException if the name is taken or the shape wants another count
   */
  public SafeTensorsWriter add(String name, int[] shape, byte[] values) {
    return add(name, StoredType.U8, shape, values.length, (chunk, i) -> chunk.put(values[i]));
  }

  /**
   * Adds a tensor stored as BOOL.
   *
   * @param name unlike all others
   * @param shape its sizes, outermost first, empty for a scalar
   * @param values its truth values, row by row
   * @return this
   * @throws IllegalArgumentException if the name is taken or the shape wants another count
   */
  public SafeTensorsWriter add(String name, int[] shape, boolean[] values) {
    return add(
        name,
        StoredType.BOOL,
        shape,
        values.length,
        (chunk, i) -> chunk.put((byte) (values[i] ? 1 : 0)));
  }

  /**
   * Stores a text beside the tensors, in place of an earlier one of the same key.
   *
   * @param key under which readers look for it, such as {@code format}
   * @param text any text
   * @return this
   */
  public SafeTensorsWriter metadata(String key, String text) {
    metadata.put(key, text);
    return this;
  }

  /**
   * Creates or replaces a file at one stroke.
   *
   * @param file the file, in a folder that exists
   * @throws IOException if it cannot be written; the file is then as it was before
   */
  public void write(Path file) throws IOException {
    AtomicFile.write(file, this::writeTo);
  }

  /**
   * What stands before the numbers of a file with a single tensor, for those who write the numbers
   * themselves, one after the other: a tensor may have more than fit into memory.
   *
   * @param name of the tensor
   * @param type of its numbers
   * @param shape its sizes, outermost first; their product in bytes must fit into a {@code long}
   * @return the bytes of the file up to the first number
   * @throws IOException if the format cannot hold the name
   */
  public static byte[] head(String name, StoredType type, long... shape) throws IOException {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ObjectNode tensor = root.putObject(name);
    tensor.put("dtype", type.name());
    ArrayNode sizes = tensor.putArray("shape");
    Arrays.stream(shape).forEach(sizes::add);
    long bytes = Arrays.stream(shape).reduce(type.bytes(), Math::multiplyExact);
    tensor.putArray("data_offsets").add(0L).add(bytes);
    byte[] header = padded(root);
    return ByteBuffer.allocate(Long.BYTES + header.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }

  // ---- How the file comes about

  /** Appends the number with index i to the chunk. */
  private interface Put {
    void put(ByteBuffer chunk, int i);
  }

  private record Source(StoredType type, List<Integer> shape, int size, Put values) {
    long bytes() {
      return (long) size * type.bytes();
    }
  }

  private SafeTensorsWriter add(String name, StoredType type, int[] shape, int size, Put values) {
    List<Integer> sizes = Arrays.stream(shape).boxed().toList();
    if (!holds(shape, size)) {
      throw new IllegalArgumentException(Text.of(
          "tensor %s: expected as many numbers as shape %s has, got %d", name, sizes, size));
    }
    if (name.equals(SafeTensorsHeader.METADATA)
        || !StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
      throw new IllegalArgumentException(
          Text.of("tensor %s: expected a name the format can hold", name));
    }
    if (sources.putIfAbsent(name, new Source(type, sizes, size, values)) != null) {
      throw new IllegalArgumentException(
          Text.of("tensor %s: expected to be added once, got it twice", name));
    }
    return this;
  }

  private static boolean holds(int[] shape, int size) {
    long product = 1;
    for (int dim : shape) {
      if (dim < 0) {
        return false;
      }
      product = Math.min(
          product * dim, 1L << 31); // no shape beyond an array comes back below it but by 0
    }
    return product == size;
  }

  private void writeTo(WritableByteChannel out) throws IOException {
    List<Map.Entry<String, Source>> ordered = new ArrayList<>(sources.entrySet());
    ordered.sort(Comparator.comparingInt(entry -> -entry.getValue().type().bytes()));

    byte[] header = header(ordered);
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    chunk.putLong(header.length);
    flush(chunk, out);
    writeFully(ByteBuffer.wrap(header), out);
    for (Map.Entry<String, Source> entry : ordered) {
      Source source = entry.getValue();
      for (int i = 0; i < source.size(); i++) {
        if (chunk.remaining() < Long.BYTES) {
          flush(chunk, out);
        }
        source.values().put(chunk, i);
      }
    }
    flush(chunk, out);
  }

  /** The header in JSON, filled up with spaces so that the data begins at a multiple of 8. */
  private byte[] header(List<Map.Entry<String, Source>> ordered) throws IOException {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    if (!metadata.isEmpty()) {
      ObjectNode texts = root.putObject(SafeTensorsHeader.METADATA);
      metadata.forEach(texts::put);
    }
    long begin = 0;
    for (Map.Entry<String, Source> entry : ordered) {
      Source source = entry.getValue();
      ObjectNode tensor = root.putObject(entry.getKey());
      tensor.put("dtype", source.type().name());
      source.shape().forEach(tensor.putArray("shape")::add);
      tensor.putArray("data_offsets").add(begin).add(begin + source.bytes());
      begin += source.bytes();
    }
    return padded(root);
  }

  private static byte[] padded(ObjectNode root) throws IOException {
    byte[] json = root.toString().getBytes(StandardCharsets.UTF_8);
    byte[] header = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
    Arrays.fill(header, json.length, header.length, (byte) ' ');
    if (header.length > SafeTensorsHeader.MAX_BYTES) {
      throw new IOException(Text.of(
          "safetensors: expected names and texts of at most %d bytes, got %d",
          SafeTensorsHeader.MAX_BYTES, header.length));
    }
    return header;
  }

  private static void flush(ByteBuffer chunk, WritableByteChannel out) throws IOException {
    writeFully(chunk.flip(), out);
    chunk.clear();
  }

  private static void writeFully(ByteBuffer bytes, WritableByteChannel out) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }
}
