package brume.diffusion.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * One message of Google's protocol buffers, field by field: a number of the field, then a number or bytes.
 * Enough to read what others wrote; fields that nobody asks for are passed by.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers, Encoding</a>
 */
final class ProtocolBuffer {

  private static final int NUMBER = 0, EIGHT_BYTES = 1, BYTES = 2, FOUR_BYTES = 5; // kinds
  private static final int KIND_BITS = 3, SEPTET = 7;

  private final ByteBuffer bytes;
  private int field;
  private int kind;
  private long number;
  private ByteBuffer content = ByteBuffer.allocate(0);

  ProtocolBuffer(ByteBuffer bytes) {
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Goes to the next field. */
  boolean next() throws IOException {
    if (!bytes.hasRemaining()) {
      return false;
    }
    long key = varint();
    field = (int) (key >>> KIND_BITS);
    kind = (int) key & (1 << KIND_BITS) - 1;
    switch (kind) {
      case NUMBER -> number = varint();
      case EIGHT_BYTES -> content = take(Long.BYTES);
      case BYTES -> content = take(varint());
      case FOUR_BYTES -> content = take(Integer.BYTES);
      default -> throw new IOException("a field of an unknown kind");
    }
    return true;
  }

  /** Which field it is. */
  int field() {
    return field;
  }

  long number() throws IOException {
    require(NUMBER);
    return number;
  }

  boolean flag() throws IOException {
    return number() != 0;
  }

  float real() throws IOException {
    require(FOUR_BYTES);
    return content.getFloat(0);
  }

  ByteBuffer content() throws IOException {
    require(BYTES);
    return content;
  }

  String text() throws IOException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(content().duplicate()).toString();
    } catch (CharacterCodingException notText) {
      throw new IOException("a text that is not UTF-8", notText);
    }
  }

  private void require(int expected) throws IOException {
    if (kind != expected) {
      throw new IOException("field " + field + " of another kind");
    }
  }

  private long varint() throws IOException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE && bytes.hasRemaining(); shift += SEPTET) {
      byte next = bytes.get();
      value |= (long) (next & (1 << SEPTET) - 1) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IOException("a number without an end");
  }

  private ByteBuffer take(long count) throws IOException {
    if (count < 0 || count > bytes.remaining()) {
      throw new IOException("an end in the middle of a field");
    }
    ByteBuffer part = bytes.slice(bytes.position(), (int) count).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(bytes.position() + (int) count);
    return part;
  }
}
