package brume.cuda.emulator.ptx;

import java.util.OptionalLong;

/** Literals of PTX: integers in four bases, and the bits of floating-point numbers. */
final class PtxNumber {

  private PtxNumber() {}

  /** The bits of a literal without its sign; empty if the word is none. */
  static OptionalLong parse(String word) {
    if (word.isEmpty() || !Character.isDigit(word.charAt(0))) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(bits(word));
    } catch (NumberFormatException notANumber) {
      return OptionalLong.empty();
    }
  }

  private static long bits(String word) {
    char kind = word.length() > 1 && word.charAt(0) == '0' ? word.charAt(1) : ' ';
    String digits = word.endsWith("U") ? word.substring(0, word.length() - 1) : word;
    switch (kind) {
      case 'f', 'F', 'd', 'D': // 0f3F800000: the bits of a float, in hexadecimal
        return Long.parseUnsignedLong(word.substring(2), 16);
      case 'x', 'X':
        return Long.parseUnsignedLong(digits.substring(2), 16);
      case 'b', 'B':
        return Long.parseUnsignedLong(digits.substring(2), 2);
      case ' ':
        return Long.parseUnsignedLong(digits);
      default:
        return Long.parseUnsignedLong(digits, 8);
    }
  }
}
