package brume.diffusion.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What sentencepiece makes of a text before it looks for pieces: letters under their usual form, spaces as
 * {@code ▁}, one before the first word, none twice and none at the end.
 *
 * @param map letters and what they become
 * @param prefixed whether a space stands before the first word
 * @param trimmed whether spaces are left out at the ends, and where there are several
 * @param escaped whether a space becomes {@code ▁}
 */
record PieceNormalizer(CharacterMap map, boolean prefixed, boolean trimmed, boolean escaped) {

  private static final byte[] SPACE = "\u2581".getBytes(StandardCharsets.UTF_8);
  private static final byte[] PLAIN = {' '};

  /** The bytes in which pieces are found. */
  byte[] normalized(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] space = escaped ? SPACE : PLAIN;
    int at = 0;
    while (trimmed && at < bytes.length) { // spaces at the beginning
      Step step = step(bytes, at);
      if (!Arrays.equals(step.result(), PLAIN)) {
        break;
      }
      at += step.length();
    }
    if (at == bytes.length) {
      return new byte[0];
    }
    ByteArrayOutputStream normalized = new ByteArrayOutputStream();
    if (prefixed) {
      normalized.writeBytes(space);
    }
    boolean behindSpace = trimmed;
    while (at < bytes.length) {
      Step step = step(bytes, at);
      byte[] result = step.result();
      int from = 0;
      while (behindSpace && from < result.length && result[from] == ' ') {
        from++;
      }
      for (int i = from; i < result.length; i++) {
        normalized.writeBytes(result[i] == ' ' ? space : new byte[] {result[i]});
      }
      if (from < result.length) {
        behindSpace = trimmed && result[result.length - 1] == ' ';
      }
      at += step.length();
    }
    return trimmed ? withoutEnd(normalized.toByteArray(), space) : normalized.toByteArray();
  }

  private static byte[] withoutEnd(byte[] text, byte[] space) {
    int length = text.length;
    while (length >= space.length
        && Arrays.equals(text, length - space.length, length, space, 0, space.length)) {
      length -= space.length;
    }
    return Arrays.copyOf(text, length);
  }

  /** How many bytes become what. */
  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  private record Step(int length, byte[] result) {}

  private Step step(byte[] text, int from) {
    CharacterMap.Rule rule = map.longest(text, from);
    if (rule.length() > 0) {
      return new Step(rule.length(), map.result(rule));
    }
    int length = letterLength(text, from);
    return new Step(length, Arrays.copyOfRange(text, from, from + length));
  }

  /** Bytes of a letter in UTF-8. */
  static int letterLength(byte[] text, int from) {
    int first = text[from] & 0xFF;
    int length = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    return Math.min(length, text.length - from);
  }
}
