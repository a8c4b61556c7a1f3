package brume.diffusion.tensorboard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads what {@link EventFile} writes, by the description of the formats and with none of its code. */
public final class Events {

  private Events() {}

  /**
   * A message: what is known of each field, in the order of the file.
   *
   * @param fields numbers as Long, eight bytes as Double, four as Float, all else as byte[]
   */
  public record Fields(Map<Integer, List<Object>> fields) {

    /** All messages of a field. */
    public List<Fields> messages(int field) {
      return fields.getOrDefault(field, List.of()).stream()
          .map(bytes -> fieldsOf((byte[]) bytes))
          .toList();
    }

    /** The only value of a field. */
    public Object only(int field) {
      List<Object> values = fields.getOrDefault(field, List.of());
      assertEquals(1, values.size(), "values of field " + field);
      return values.get(0);
    }

    /** The only value of a field, which is a text. */
    public String text(int field) {
      return new String((byte[]) only(field), StandardCharsets.UTF_8);
    }
  }

  /** All events of the files of a folder, in the order of their names. */
  public static List<List<Fields>> read(Path folder) throws IOException {
    List<List<Fields>> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.sorted().toList()) {
        files.add(records(Files.readAllBytes(file)));
      }
    }
    return files;
  }

  private static List<Fields> records(byte[] file) {
    List<Fields> events = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      byte[] length = new byte[8];
      in.get(length);
      assertEquals(unmasked(in.getInt()), sum(length), "sum of a length");
      byte[] event = new byte
          [Math.toIntExact(
              ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong())];
      in.get(event);
      assertEquals(unmasked(in.getInt()), sum(event), "sum of an event");
      events.add(fieldsOf(event));
    }
    return events;
  }

  private static int unmasked(int masked) {
    int turned = masked - 0xa282ead8;
    return turned >>> 17 | turned << 15;
  }

  /** CRC-32C, a bit at a time: Castagnoli's polynomial, reflected. */
  static int sum(byte[] bytes) {
    int sum = ~0;
    for (byte b : bytes) {
      sum ^= b & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        sum = sum >>> 1 ^ ((sum & 1) == 0 ? 0 : 0x82F63B78);
      }
    }
    return ~sum;
  }

  private static Fields fieldsOf(byte[] message) {
    Map<Integer, List<Object>> fields = new TreeMap<>();
    ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      long key = varint(in);
      Object value =
          switch ((int) (key & 7)) {
            case 0 -> varint(in);
            case 1 -> in.getDouble();
            case 2 -> {
              byte[] bytes = new byte[Math.toIntExact(varint(in))];
              in.get(bytes);
              yield bytes;
            }
            case 5 -> in.getFloat();
            default -> throw new AssertionError("wire type of " + key);
          };
      fields.computeIfAbsent((int) (key >>> 3), field -> new ArrayList<>()).add(value);
    }
    return new Fields(fields);
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = in.get();
      value |= (b & 0x7FL) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }
}
