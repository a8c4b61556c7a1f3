package brume.diffusion.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import net.coobird.thumbnailator.util.exif.Orientation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures of a camera that was held sideways are upright. */
class ImageOrientationTest {

  private static final int SIDE = 64;
  private static final int[] UPRIGHT = {0xFF0000, 0x00FF00, 0x0000FF, 0xFFFF00}; // by quarters

  @TempDir
  Path folder;

  /** Numbers and words are those of the Exif standard, table 6: where row 0 and column 0 are seen. */
  @ParameterizedTest
  @CsvSource({
    "1, top, left",
    "2, top, right",
    "3, bottom, right",
    "4, bottom, left",
    "5, left, top",
    "6, right, top",
    "7, right, bottom",
    "8, left, bottom"
  })
  void everyOrientationIsTurnedUpright(int orientation, String row0, String column0)
      throws IOException {
    BufferedImage stored = TestImages.image(SIDE, SIDE, Color.BLACK);
    for (int row = 0; row < SIDE; row++) {
      for (int column = 0; column < SIDE; column++) {
        int x = seen("left", row0, row, column0, column);
        int y = seen("top", row0, row, column0, column);
        stored.setRGB(column, row, UPRIGHT[y / (SIDE / 2) * 2 + x / (SIDE / 2)]);
      }
    }
    byte[] decoded = TestImages.decoding(8, 3).decode(jpeg(stored, exif(orientation)));
    for (int y = 0; y < 8; y += 7) {
      for (int x = 0; x < 8; x += 7) {
        for (int c = 0; c < 3; c++) {
          int expected = UPRIGHT[y / 4 * 2 + x / 4] >> 16 - 8 * c & 0xFF;
          assertEquals(expected, decoded[(y * 8 + x) * 3 + c] & 0xFF, 4, x + ", " + y);
        }
      }
    }
  }

  /** How far from the left or from the top an element of the file is seen. */
  private static int seen(String from, String row0, int row, String column0, int column) {
    String opposite = from.equals("left") ? "right" : "bottom";
    if (row0.equals(from) || row0.equals(opposite)) {
      return row0.equals(from) ? row : SIDE - 1 - row;
    }
    return column0.equals(from) ? column : SIDE - 1 - column;
  }

  @ParameterizedTest
  @EnumSource
  void turningMovesPixelsAndLeavesThemAsTheyAre(Orientation orientation) {
    BufferedImage image = TestImages.image(3, 3, Color.BLACK);
    int[] colors = {0, 1, 2, 0xFF, 0xFF00, 0xFF0000, 0xFFFFFF, 0x102030, 0x808080};
    image.setRGB(0, 0, 3, 3, colors, 0, 3);
    int[] turned = ExifOrientation.upright(image, orientation).getRGB(0, 0, 3, 3, null, 0, 3);
    for (int i = 0; i < turned.length; i++) {
      turned[i] &= 0xFFFFFF;
    }
    assertEquals(colors[4], turned[4]);
    Arrays.sort(turned);
    Arrays.sort(colors);
    assertArrayEquals(colors, turned);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void fillBytesBeforeAMarkerAreSkipped(int count) throws IOException {
    BufferedImage stored = TestImages.image(SIDE, SIDE, Color.RED);
    TestImages.paint(stored, 0, SIDE / 2, Color.BLUE);
    byte[] plain = Files.readAllBytes(jpeg(stored, exif(6)));
    ByteArrayOutputStream filled = new ByteArrayOutputStream();
    filled.write(plain, 0, 2);
    filled.write(new byte[] {-1, -1, -1, -1, -1}, 0, count);
    filled.write(plain, 2, plain.length - 2);
    Path file = folder.resolve("filled.jpg");
    byte[] upright = TestImages.decoding(4, 3).decode(Files.write(file, filled.toByteArray()));
    assertArrayEquals(TestImages.decoding(4, 3).decode(jpeg(stored, exif(6))), upright);
    assertEquals(255, upright[2] & 0xFF, 4, "left in the file, above when upright");
    assertEquals(255, upright[5] & 0xFF, 4);
  }

  @Test
  void damageOfTheOrientationAloneIsOverlooked() throws IOException {
    BufferedImage stored = TestImages.image(SIDE, SIDE, Color.RED);
    byte[] exif = exif(6);
    byte[] plain = TestImages.decoding(2, 3).decode(jpeg(stored, exif));
    for (int i = 6; i < exif.length; i++) {
      byte[] damaged = exif.clone();
      damaged[i] ^= (byte) 0xFF;
      assertArrayEquals(
          plain, TestImages.decoding(2, 3).decode(jpeg(stored, damaged)), "byte " + i);
    }
  }

  /** libtiff writes the directory behind the pixels. */
  @ParameterizedTest
  @ValueSource(strings = {"MM", "II"})
  void theDirectoryOfATiffFileMayLieBehindItsPixels(String order) throws IOException {
    int side = 300; // blue on the left, red on the right
    ByteBuffer tiff = ByteBuffer.allocate(8 + 3 * side * side + 2 + 11 * 12 + 4 + 6);
    tiff.order(order.equals("MM") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    int bits = 8 + 3 * side * side, directory = bits + 6;
    tiff.put(order.getBytes(StandardCharsets.US_ASCII)).putShort((short) 42).putInt(directory);
    for (int i = 0; i < side * side; i++) {
      boolean left = i % side < side / 2;
      tiff.put((byte) (left ? 0 : 255)).put((byte) 0).put((byte) (left ? 255 : 0));
    }
    tiff.putShort((short) 8).putShort((short) 8).putShort((short) 8).putShort((short) 11);
    entry(tiff, 256, 1, side);
    entry(tiff, 257, 1, side);
    entry(tiff, 258, 3, bits);
    entry(tiff, 259, 1, 1); // no compression
    entry(tiff, 262, 1, 2); // red, green, blue
    entry(tiff, 273, 1, 8);
    entry(tiff, 274, 1, 6);
    entry(tiff, 277, 1, 3);
    entry(tiff, 278, 1, side);
    tiff.putShort((short) 279).putShort((short) 4).putInt(1).putInt(3 * side * side);
    entry(tiff, 284, 1, 1);
    byte[] upright =
        TestImages.decoding(4, 3).decode(Files.write(folder.resolve("a.tif"), tiff.array()));
    byte[] blue = {0, 0, -1}, red = {-1, 0, 0};
    assertArrayEquals(blue, Arrays.copyOfRange(upright, 9, 12), "the end of the first row");
    assertArrayEquals(red, Arrays.copyOfRange(upright, 36, 39), "the begin of the last");
  }

  /** Short integers, of which one stands in the entry itself. */
  private static void entry(ByteBuffer tiff, int tag, int count, int value) {
    tiff.putShort((short) tag).putShort((short) 3).putInt(count);
    if (count == 1) {
      tiff.putShort((short) value).putShort((short) 0);
    } else {
      tiff.putInt(value);
    }
  }

  /** A file with a segment of application data. */
  private Path jpeg(BufferedImage image, byte[] application) throws IOException {
    Path file = folder.resolve("image.jpg");
    TestImages.write(file, "jpg", image);
    byte[] jpeg = Files.readAllBytes(file);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2); // start of image
    out.write(ByteBuffer.allocate(4)
        .putShort((short) 0xFFE1)
        .putShort((short) (2 + application.length))
        .array());
    out.write(application);
    out.write(jpeg, 2, jpeg.length - 2);
    return Files.write(file, out.toByteArray());
  }

  /** A directory with the orientation as its only entry. */
  private static byte[] exif(int orientation) {
    return ByteBuffer.allocate(32)
        .put("Exif\0\0MM\0*".getBytes(StandardCharsets.US_ASCII))
        .putInt(8) // where the directory begins
        .putShort((short) 1) // entries
        .putShort((short) 0x0112) // orientation
        .putShort((short) 3) // a short integer
        .putInt(1)
        .putShort((short) orientation)
        .putShort((short) 0)
        .putInt(0) // no further directory
        .array();
  }
}
