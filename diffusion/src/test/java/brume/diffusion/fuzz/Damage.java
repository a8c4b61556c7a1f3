package brume.diffusion.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Changes whole files as chance and malice do: single bits, numbers at the edges of their types, cuts,
 * parts that are left out, doubled or taken from another file, and words that formats know.
 */
public final class Damage {

  private static final long[] NUMBERS = {
    0,
    1,
    2,
    3,
    7,
    8,
    255,
    256,
    32767,
    32768,
    65535,
    65536,
    1 << 24,
    Integer.MAX_VALUE - 8L,
    Integer.MAX_VALUE,
    1L << 31,
    0xFFFF_FFFFL,
    1L << 32,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1,
    -2
  };
  private static final List<String> WORDS = List.of(
      "0",
      "-1",
      "1e999",
      "1e-999",
      "NaN",
      "-Infinity",
      "null",
      "true",
      "[",
      "]",
      "{",
      "}",
      "\"",
      "\\",
      ",",
      ":",
      "\n",
      "\t",
      "\0",
      "\u001b[31m",
      "\u00e9",
      "99999999999999999999",
      "[[[[[[[[",
      "{\"a\":{\"a\":{\"a\":",
      "../",
      "9".repeat(1200),
      "'",
      "(",
      ")",
      ";",
      " ",
      "\r",
      "#",
      "\\ud800");
  private static final int HEAD = 64; // bytes, where most formats say what follows

  private final SplittableRandom random;

  /**
   * Begins to make damage.
   *
   * @param seed the same damage for the same seed
   */
  public Damage(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /**
   * Draws one of several.
   *
   * @param all at least one
   * @param <T> of what
   * @return any of them
   */
  public <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  /**
   * Draws whether.
   *
   * @return true half of the time
   */
  public boolean maybe() {
    return random.nextBoolean();
  }

  /**
   * Damages a file.
   *
   * @param whole its bytes; not modified
   * @param others files of the same format to take parts of
   * @return other bytes, rarely the same
   */
  public byte[] of(byte[] whole, List<byte[]> others) {
    byte[] bytes = whole.clone();
    do {
      bytes = once(bytes, others);
    } while (random.nextInt(3) > 0);
    return bytes;
  }

  private byte[] once(byte[] bytes, List<byte[]> others) {
    int at = place(bytes.length), end = Math.min(bytes.length, at + length());
    return switch (random.nextInt(10)) {
      case 0 -> put(bytes, at, new byte[] {(byte) random.nextInt()});
      case 1, 2 -> put(bytes, at, number());
      case 3 -> random.nextInt(4) == 0 ? Arrays.copyOf(bytes, at) : flipped(bytes, at);
      case 4 -> join(Arrays.copyOf(bytes, at), new byte[0], tail(bytes, end));
      case 5 -> join(Arrays.copyOf(bytes, end), new byte[0], tail(bytes, at));
      case 6 -> join(Arrays.copyOf(bytes, at), noise(), tail(bytes, at));
      case 7 -> {
        byte[] other = oneOf(others);
        int from = place(other.length), to = Math.min(other.length, from + length());
        byte[] part = Arrays.copyOfRange(other, from, to);
        yield maybe()
            ? put(bytes, at, part)
            : join(Arrays.copyOf(bytes, at), part, tail(bytes, at));
      }
      case 8 -> join(Arrays.copyOf(bytes, at), word(), tail(bytes, maybe() ? at : end));
      default -> flipped(bytes, at);
    };
  }

  private int place(int length) {
    if (length == 0) {
      return 0;
    }
    return switch (random.nextInt(4)) {
      case 0, 1 -> random.nextInt(Math.min(HEAD, length));
      case 2 -> length - 1 - random.nextInt(Math.min(2 * HEAD, length)); // a ZIP file's head
      default -> random.nextInt(length);
    };
  }

  private int length() {
    return 1 + (random.nextInt(8) == 0 ? random.nextInt(4096) : random.nextInt(16));
  }

  private byte[] noise() {
    byte[] noise = new byte[length()];
    random.nextBytes(noise);
    return noise;
  }

  private static byte[] flipped(byte[] bytes, int at, int bit) {
    if (at < bytes.length) {
      bytes[at] ^= (byte) (1 << bit);
    }
    return bytes;
  }

  private byte[] flipped(byte[] bytes, int at) {
    return flipped(bytes, at, random.nextInt(8));
  }

  private byte[] number() {
    long number = NUMBERS[random.nextInt(NUMBERS.length)];
    byte[] big = ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    int bytes = 1 << random.nextInt(4);
    return maybe()
        ? Arrays.copyOfRange(big, Long.BYTES - bytes, Long.BYTES)
        : Arrays.copyOf(
            ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(number)
                .array(),
            bytes);
  }

  private byte[] word() {
    return oneOf(WORDS).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] put(byte[] bytes, int at, byte[] part) {
    System.arraycopy(part, 0, bytes, at, Math.min(part.length, bytes.length - at));
    return bytes;
  }

  private static byte[] tail(byte[] bytes, int from) {
    return Arrays.copyOfRange(bytes, from, bytes.length);
  }

  private static byte[] join(byte[] first, byte[] middle, byte[] last) {
    return ByteBuffer.allocate(first.length + middle.length + last.length)
        .put(first)
        .put(middle)
        .put(last)
        .array();
  }
}
