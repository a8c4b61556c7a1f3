package brume.diffusion.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A printable letter for every byte, so that any text of UTF-8 can stand in a list of words. Bytes that
 * print as they are keep their letter of Latin-1; the others become the letters from U+0100 on, in order.
 *
 * @see <a href="https://github.com/openai/gpt-2/blob/master/src/encoder.py">GPT-2, bytes_to_unicode</a>
 */
final class ByteLetters {

  private static final int BYTES = 256;
  private static final int ELSEWHERE = 0x100;
  private static final char[] LETTERS = new char[BYTES];
  private static final int[] VALUES = new int[2 * BYTES]; // -1 where a letter stands for no byte

  static {
    Arrays.fill(VALUES, -1);
    int next = ELSEWHERE;
    for (int value = 0; value < BYTES; value++) {
      LETTERS[value] = (char) (prints(value) ? value : next++);
      VALUES[LETTERS[value]] = value;
    }
  }

  private ByteLetters() {}

  private static boolean prints(int value) {
    return value >= '!' && value <= '~' || value >= 0xA1 && value <= 0xAC || value >= 0xAE;
  }

  /** The letters of a text's bytes. */
  static String of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    char[] letters = new char[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      letters[i] = LETTERS[bytes[i] & 0xFF];
    }
    return new String(letters);
  }

  /** All letters, those of bytes that print first, which is the order of vocabularies. */
  static String inOrder() {
    StringBuilder printing = new StringBuilder(), others = new StringBuilder();
    for (int value = 0; value < BYTES; value++) {
      (prints(value) ? printing : others).append(LETTERS[value]);
    }
    return printing.append(others).toString();
  }

  /** The text whose bytes letters stand for; what is no letter of a byte stays as it is. */
  static String text(String letters) {
    byte[] bytes = new byte[4 * letters.length()];
    int length = 0;
    for (int i = 0; i < letters.length(); i++) {
      char letter = letters.charAt(i);
      if (letter < VALUES.length && VALUES[letter] >= 0) {
        bytes[length++] = (byte) VALUES[letter];
      } else {
        byte[] itself = String.valueOf(letter).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(itself, 0, bytes, length, itself.length);
        length += itself.length;
      }
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
