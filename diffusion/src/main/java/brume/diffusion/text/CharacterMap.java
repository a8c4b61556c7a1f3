package brume.diffusion.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Which beginnings of a text become what, as sentencepiece keeps it: the size of a table, a double array of
 * units of four bytes, which is a tree of bytes, and the results one after the other, each with a zero
 * behind it.
 *
 * @see <a href="https://github.com/s-yata/darts-clone">Yata, Darts-clone: A clone of Darts (Double-ARray
 *     Trie System)</a>
 */
final class CharacterMap {

  private static final int LEAF = 1 << 8, WIDE = 1 << 9, OFFSET = 10, WIDER = 6; // of a unit
  private static final int LABEL = 1 << 31 | 0xFF, VALUE = Integer.MAX_VALUE;
  private static final int MOST_RESULTS = 32; // that sentencepiece looks at
  private static final CharacterMap EMPTY = new CharacterMap(new int[0], new byte[0]);

  private final int[] units;
  private final byte[] results;

  /**
   * What a beginning becomes.
   *
   * @param length of the beginning in bytes
   * @param from where in {@link #results} its result begins
   */
  record Rule(int length, int from) {}

  private CharacterMap(int[] units, byte[] results) {
    this.units = units;
    this.results = results;
  }

  static CharacterMap empty() {
    return EMPTY;
  }

  /** Reads a map. */
  static CharacterMap of(ByteBuffer stored) throws IOException {
    ByteBuffer bytes = stored.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (!bytes.hasRemaining()) {
      return EMPTY;
    }
    if (bytes.remaining() < Integer.BYTES) {
      throw new IOException("a map of characters without a size");
    }
    int size = bytes.getInt();
    if (size < 0 || size % Integer.BYTES != 0 || size > bytes.remaining()) {
      throw new IOException("a map of characters that is longer than its file");
    }
    int[] units = new int[size / Integer.BYTES];
    bytes.asIntBuffer().get(units);
    bytes.position(Integer.BYTES + size);
    byte[] results = new byte[bytes.remaining()];
    bytes.get(results);
    return new CharacterMap(units, results);
  }

  /** The rule of the longest beginning of what stands from a place on; of length 0 if there is none. */
  Rule longest(byte[] text, int from) {
    Rule longest = new Rule(0, 0);
    int node = units.length == 0 ? -1 : offset(units[0]);
    for (int at = from, found = 0; at < text.length && found < MOST_RESULTS; at++) {
      node ^= text[at] & 0xFF;
      if (node < 0 || node >= units.length || (units[node] & LABEL) != (text[at] & 0xFF)) {
        break;
      }
      int unit = units[node];
      node ^= offset(unit);
      boolean isLeaf = (unit & LEAF) != 0 && node >= 0 && node < units.length;
      if (isLeaf) {
        int value = units[node] & VALUE;
        longest = value < results.length ? new Rule(at + 1 - from, value) : longest;
        found++;
      }
    }
    return longest;
  }

  private static int offset(int unit) {
    return unit >>> OFFSET << ((unit & WIDE) >>> WIDER);
  }

  /** The bytes that a rule results in. */
  byte[] result(Rule rule) {
    int end = rule.from();
    while (end < results.length && results[end] != 0) {
      end++;
    }
    return Arrays.copyOfRange(results, rule.from(), end);
  }
}
