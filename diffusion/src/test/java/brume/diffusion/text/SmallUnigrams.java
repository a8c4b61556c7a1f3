package brume.diffusion.text;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A {@code spiece.model} of a few pieces, written byte by byte. */
final class SmallUnigrams {

  private final ByteArrayOutputStream model = new ByteArrayOutputStream();

  SmallUnigrams() {
    piece("<pad>", 0, 3).piece("</s>", 0, 3).piece("<unk>", 0, 2);
  }

  SmallUnigrams piece(String name, float score, int type) {
    ByteArrayOutputStream piece = new ByteArrayOutputStream();
    message(piece, 1, name.getBytes(StandardCharsets.UTF_8));
    piece.write(2 << 3 | 5);
    piece.writeBytes(
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(score).array());
    number(piece, 3, type);
    message(model, 1, piece.toByteArray());
    return this;
  }

  /** The settings of a trainer: one number. */
  SmallUnigrams trainer(int field, int value) {
    ByteArrayOutputStream settings = new ByteArrayOutputStream();
    number(settings, field, value);
    message(model, 2, settings.toByteArray());
    return this;
  }

  /** A map that makes Å (U+212B) of a and nothing else. */
  SmallUnigrams withMap() {
    // One letter of three bytes, e2 84 ab: a unit for each, then the value.
    int[] units = new int[1024];
    units[0] = 0x100 << 10; // the root's children are at 0x100 ^ byte
    units[0x100 ^ 0xE2] = (0x100 ^ 0xE2 ^ 0x200) << 10 | 0xE2;
    units[0x200 ^ 0x84] = (0x200 ^ 0x84 ^ 0x300) << 10 | 0x84;
    units[0x300 ^ 0xAB] = (0x300 ^ 0xAB ^ 0x3F0) << 10 | 1 << 8 | 0xAB;
    units[0x3F0] = 1 << 31 | 2; // the result begins at byte 2
    byte[] results = {'z', 0, 'a', 0};
    ByteBuffer map =
        ByteBuffer.allocate(4 + 4 * units.length + results.length).order(ByteOrder.LITTLE_ENDIAN);
    map.putInt(4 * units.length);
    for (int unit : units) {
      map.putInt(unit);
    }
    map.put(results);
    ByteArrayOutputStream settings = new ByteArrayOutputStream();
    message(settings, 2, map.array());
    message(model, 3, settings.toByteArray());
    return this;
  }

  byte[] bytes() {
    return model.toByteArray();
  }

  Path write(Path folder) throws IOException {
    Files.write(folder.resolve("spiece.model"), bytes());
    return folder;
  }

  private static void message(ByteArrayOutputStream into, int field, byte[] content) {
    varint(into, field << 3 | 2);
    varint(into, content.length);
    into.writeBytes(content);
  }

  private static void number(ByteArrayOutputStream into, int field, int value) {
    varint(into, field << 3);
    varint(into, value);
  }

  private static void varint(ByteArrayOutputStream into, int value) {
    int rest = value;
    while (rest >= 0x80) {
      into.write(rest & 0x7F | 0x80);
      rest >>>= 7;
    }
    into.write(rest);
  }
}
