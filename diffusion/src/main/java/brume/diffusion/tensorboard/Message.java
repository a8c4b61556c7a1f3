package brume.diffusion.tensorboard;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * One message of Protocol Buffers: fields by their numbers, as the <a
 * href="https://protobuf.dev/programming-guides/encoding/">encoding</a> has them.
 */
final class Message {

  private static final int VARINT = 0, EIGHT_BYTES = 1, LENGTH_DELIMITED = 2, FOUR_BYTES = 5;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  Message number(int field, long value) {
    varint((long) field << 3 | VARINT);
    varint(value);
    return this;
  }

  Message real(int field, double value) {
    return fixed(field << 3 | EIGHT_BYTES, little(Double.BYTES).putDouble(value));
  }

  Message real(int field, float value) {
    return fixed(field << 3 | FOUR_BYTES, little(Float.BYTES).putFloat(value));
  }

  Message text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  Message message(int field, Message value) {
    return bytes(field, value.toBytes());
  }

  Message bytes(int field, byte[] value) {
    varint((long) field << 3 | LENGTH_DELIMITED);
    varint(value.length);
    bytes.writeBytes(value);
    return this;
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }

  static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private Message fixed(int key, ByteBuffer value) {
    varint(key);
    bytes.writeBytes(value.array());
    return this;
  }

  /** Seven bits a byte, the lowest first; the eighth tells that more follow. */
  private void varint(long value) {
    long left = value;
    while ((left & ~0x7FL) != 0) {
      bytes.write((int) (left & 0x7F | 0x80));
      left >>>= 7;
    }
    bytes.write((int) left);
  }
}
