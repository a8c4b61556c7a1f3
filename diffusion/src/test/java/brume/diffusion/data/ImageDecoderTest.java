package brume.diffusion.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import brume.diffusion.image.Gif;
import brume.diffusion.image.Picture;
import brume.tensor.Text;
import java.awt.Color;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageDecoderTest {
  @TempDir
  Path folder;

  private byte[] decode(BufferedImage image, String format, int size, int channels)
      throws IOException {
    Path file = folder.resolve("image." + format);
    TestImages.write(file, format, image);
    return TestImages.decoding(size, channels).decode(file);
  }

  private static byte[] levels(int... levels) {
    byte[] bytes = new byte[levels.length];
    for (int i = 0; i < levels.length; i++) {
      bytes[i] = (byte) levels[i];
    }
    return bytes;
  }

  @Test
  void pixelsOfTheRightSizeStayAsTheyAre() throws IOException {
    BufferedImage image = TestImages.image(2, 2, Color.BLACK);
    image.setRGB(0, 0, 0x010203);
    image.setRGB(1, 0, 0xFF8000);
    image.setRGB(0, 1, 0x00FF00);
    assertArrayEquals(levels(1, 2, 3, 255, 128, 0, 0, 255, 0, 0, 0, 0), decode(image, "png", 2, 3));
    // 0.299 R + 0.587 G + 0.114 B
    assertArrayEquals(levels(2, 151, 150, 0), decode(image, "png", 2, 1));
  }

  @Test
  void theMiddleOfTheLongerSideIsKept() throws IOException {
    BufferedImage wide = TestImages.image(90, 30, Color.RED);
    TestImages.paint(wide, 30, 60, Color.BLUE);
    byte[] square = decode(wide, "png", 10, 3);
    for (int i = 0; i < square.length; i += 3) {
      assertArrayEquals(levels(0, 0, 255), Arrays.copyOfRange(square, i, i + 3));
    }
    BufferedImage tall = TestImages.image(30, 90, Color.RED);
    for (int y = 30; y < 60; y++) {
      for (int x = 0; x < 30; x++) {
        tall.setRGB(x, y, 0x00FF00);
      }
    }
    assertArrayEquals(levels(0, 255, 0), Arrays.copyOf(decode(tall, "png", 10, 3), 3));
  }

  @Test
  void scalingDownAveragesInsteadOfPicking() throws IOException {
    BufferedImage stripes = TestImages.image(64, 64, Color.WHITE);
    for (int x = 0; x < 64; x += 2) {
      TestImages.paint(stripes, x, x + 1, Color.BLACK);
    }
    for (byte level : decode(stripes, "png", 8, 1)) {
      assertEquals(127, level & 0xFF, 5); // the last ones have more of one color
    }
  }

  @Test
  void aGradientStaysAGradientWithoutShift() throws IOException {
    Path file = folder.resolve("gradient.png");
    TestImages.gradient(file, 256, 256);
    for (int size : new int[] {64, 100, 200, 300}) {
      byte[] square = TestImages.decoding(size, 3).decode(file);
      for (int x = 2; x < size - 2; x++) {
        double expected = (x + 0.5) / size * 256 - 0.5;
        assertEquals(expected, square[3 * x] & 0xFF, 2.5, "size " + size + ", x " + x);
      }
    }
  }

  @Test
  void transparentPicturesLieOnWhite() throws IOException {
    BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x00FF0000);
    image.setRGB(1, 0, 0xFFFF0000);
    image.setRGB(0, 1, 0x80000000);
    image.setRGB(1, 1, 0x00000000);
    assertArrayEquals(
        levels(255, 255, 255, 255, 0, 0, 127, 127, 127, 255, 255, 255), decode(image, "png", 2, 3));
  }

  @Test
  void palettesAreResolvedWithTheirTransparentColor() throws IOException {
    byte[] red = levels(10, 200, 30), green = levels(20, 100, 30), blue = levels(30, 50, 30);
    IndexColorModel palette = new IndexColorModel(2, 3, red, green, blue, 2);
    BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_BINARY, palette);
    image.getRaster().setPixels(0, 0, 2, 2, new int[] {0, 1, 2, 0});
    byte[] expected = levels(10, 20, 30, 200, 100, 50, 255, 255, 255, 10, 20, 30);
    assertArrayEquals(expected, decode(image, "png", 2, 3));
    assertArrayEquals(expected, decode(image, "gif", 2, 3));
  }

  @Test
  void greyKeepsItsLevelsWhateverItsDepth() throws IOException {
    BufferedImage grey = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY);
    grey.getRaster().setPixels(0, 0, 2, 2, new int[] {0, 64, 128, 255});
    assertArrayEquals(levels(0, 64, 128, 255), decode(grey, "png", 2, 1));
    assertArrayEquals(levels(0, 64, 128, 255), decode(grey, "gif", 2, 1));
    assertArrayEquals(
        levels(0, 0, 0, 64, 64, 64, 128, 128, 128, 255, 255, 255), decode(grey, "png", 2, 3));
    BufferedImage deep = new BufferedImage(2, 2, BufferedImage.TYPE_USHORT_GRAY);
    deep.getRaster().setPixels(0, 0, 2, 2, new int[] {0, 64 * 257, 128 * 257 + 100, 65535});
    assertArrayEquals(levels(0, 64, 128, 255), decode(deep, "png", 2, 1));
    BufferedImage bits = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_BINARY);
    bits.setRGB(1, 0, 0xFFFFFF);
    assertArrayEquals(levels(0, 255, 0, 0), decode(bits, "png", 2, 1));
  }

  @Test
  void transparentGreyLiesOnWhiteToo() throws IOException {
    ColorModel model = new ComponentColorModel(
        ColorSpace.getInstance(ColorSpace.CS_GRAY), true, false, 3, DataBuffer.TYPE_BYTE);
    WritableRaster raster = model.createCompatibleWritableRaster(2, 1);
    raster.setPixels(0, 0, 2, 1, new int[] {100, 255, 100, 51});
    BufferedImage image = new BufferedImage(model, raster, false, null);
    Path file = folder.resolve("alpha.png");
    TestImages.write(file, "png", image);
    // The middle of two columns is the left one.
    assertArrayEquals(levels(100), TestImages.decoding(1, 1).decode(file));
    raster.setPixels(0, 0, 1, 1, new int[] {100, 51});
    TestImages.write(file, "png", image);
    assertArrayEquals(levels(224), TestImages.decoding(1, 1).decode(file)); // 255 - 0.2 * 155
  }

  @Test
  void theFirstFrameOfAnAnimationCounts() throws IOException {
    Path file = folder.resolve("animation.gif");
    Picture first = Picture.of(2, 2, 1, levels(1, 2, 3, 4));
    Picture second = Picture.of(2, 2, 1, levels(5, 6, 7, 8));
    Gif.write(file, List.of(first, second), 100, 100);
    assertArrayEquals(first.toBytes(), TestImages.decoding(2, 1).decode(file));
  }

  private String refusal(byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("bad"), content);
    return assertThrows(IOException.class, () -> TestImages.decoding(4, 3).decode(file))
        .getMessage();
  }

  private byte[] encoded(String format) throws IOException {
    BufferedImage image = TestImages.image(50, 40, Color.PINK);
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      image.setRGB(i % 50, i / 50, random.nextInt());
    }
    Path file = folder.resolve("whole");
    TestImages.write(file, format, image);
    return Files.readAllBytes(file);
  }

  @Test
  void everyFormatIsRefusedWhenCutShort() throws IOException {
    for (String format : List.of("png", "jpeg", "bmp", "gif")) {
      byte[] whole = encoded(format);
      for (int length = 0; length < whole.length * 9 / 10; length += whole.length / 20) {
        String message = refusal(Arrays.copyOf(whole, length));
        assertTrue(message != null && !message.isBlank(), format + " cut to " + length);
      }
    }
    assertEquals(
        "damaged (Truncated File - Missing EOI marker;"
            + " Corrupt JPEG data: premature end of data segment)",
        refusal(Arrays.copyOf(encoded("jpeg"), encoded("jpeg").length / 2)));
  }

  /** Each scan is whole, and the picture a blur. */
  @Test
  void aProgressiveJpegIsRefusedWhenCutBetweenScans() throws IOException {
    Path file = folder.resolve("progressive");
    TestImages.progressive(file, TestImages.image(50, 40, Color.PINK));
    byte[] whole = Files.readAllBytes(file);
    assertEquals(3 * 16, TestImages.decoding(4, 3).decode(file).length);
    int scans = 0;
    for (int i = 1; i < whole.length; i++) {
      if (whole[i - 1] == (byte) 0xFF && whole[i] == (byte) 0xDA && scans++ > 0) {
        assertEquals(
            "damaged (Truncated File - Missing EOI marker; scans may be missing)",
            refusal(Arrays.copyOf(whole, i - 1)));
      }
    }
    assertTrue(scans > 2, "scans: " + scans);
  }

  /** Many cameras forget it. */
  @Test
  void aJpegOfOneScanNeedsNoMarkerOfItsEnd() throws IOException {
    Path file = folder.resolve("endless");
    byte[] whole = encoded("jpeg");
    byte[] all = TestImages.decoding(4, 3).decode(Files.write(file, whole));
    Files.write(file, Arrays.copyOf(whole, whole.length - 2));
    assertArrayEquals(all, TestImages.decoding(4, 3).decode(file));
  }

  @Test
  void damageIsDecodedOrRefusedButNeverWorse() throws IOException {
    Random random = new Random(2);
    Set<Integer> lengths = new HashSet<>();
    for (String format : List.of("png", "jpeg", "bmp", "gif")) {
      byte[] whole = encoded(format);
      for (int n = 0; n < 300; n++) {
        byte[] damaged = whole.clone();
        for (int flip = 0; flip < 3; flip++) {
          damaged[random.nextInt(n % 2 == 0 ? 60 : whole.length)] ^=
              (byte) (1 << random.nextInt(8));
        }
        Path file = Files.write(folder.resolve("damaged"), damaged);
        try {
          lengths.add(TestImages.decoding(4, 3).decode(file).length);
        } catch (IOException e) {
          assertTrue(e.getMessage() != null, format);
        }
      }
    }
    assertEquals(Set.of(48), lengths);
  }

  @Test
  void aHugePictureIsRefusedBeforeItIsDecoded() throws IOException {
    String message = refusal(pngHeader(60_000, 50_000));
    String most = Text.of("%,d", Math.min(100_000_000, Runtime.getRuntime().maxMemory() / 16));
    assertEquals(
        "expected at most " + most + " pixels, got 3,000,000,000 (60000 x 50000)", message);
  }

  private byte[] pngHeader(int width, int height) throws IOException {
    byte[] whole = encoded("png");
    Path file = folder.resolve("header");
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
      out.write(whole, 0, 16);
      out.writeInt(width);
      out.writeInt(height);
      out.write(whole, 24, 5);
      CRC32 crc = new CRC32();
      crc.update(Files.readAllBytes(file), 12, 17);
      out.writeInt((int) crc.getValue());
      out.write(whole, 33, whole.length - 33);
    }
    return Files.readAllBytes(file);
  }

  @Test
  void aThinStripIsNoProblem() throws IOException {
    byte[] square = decode(TestImages.image(20_000, 1, Color.RED), "png", 8, 3);
    assertEquals(192, square.length);
    assertArrayEquals(levels(255, 0, 0), Arrays.copyOf(square, 3));
  }

  @ParameterizedTest
  @CsvSource({"2,true", "2,false", "34,true", "34,false"})
  void aBmpNeedNotKnowItsSizes(int sizeAt, boolean gray) throws IOException {
    BufferedImage image = TestImages.image(8, 8, Color.RED);
    TestImages.paint(image, 4, 8, gray ? Color.GRAY : Color.BLUE);
    byte[] expected = decode(image, "bmp", 8, 3);
    Path file = folder.resolve("image.bmp");
    byte[] bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, sizeAt, sizeAt + 4, (byte) 0);
    Files.write(file, bytes);
    assertArrayEquals(expected, TestImages.decoding(8, 3).decode(file));
    Arrays.fill(bytes, 2, 6, (byte) 0);
    Files.write(file, bytes);
    assertArrayEquals(expected, TestImages.decoding(8, 3).decode(file));
  }

  /** A GIF of one red frame of 1x1 at a place on a screen. */
  private Path gif(int width, int height, int left, int top) throws IOException {
    byte[] bytes = {
      'G',
      'I',
      'F',
      '8',
      '9',
      'a',
      (byte) width,
      0,
      (byte) height,
      0,
      (byte) 0x80,
      0,
      0, // screen
      (byte) 255,
      0,
      0,
      0,
      0,
      (byte) 255, // two colors, red and blue
      ',',
      (byte) left,
      0,
      (byte) top,
      0,
      1,
      0,
      1,
      0,
      0, // a frame
      2,
      2,
      0x44,
      0x01,
      0,
      ';' // clear, color 0, end, in codes of 3 bits
    };
    return Files.write(folder.resolve("a.gif"), bytes);
  }

  @Test
  void aSmallFrameOfAGifLiesOnItsScreen() throws IOException {
    byte[] square = TestImages.decoding(2, 3).decode(gif(2, 2, 1, 0));
    assertArrayEquals(levels(255, 255, 255, 255, 0, 0, 255, 255, 255, 255, 255, 255), square);
    assertArrayEquals(levels(255, 0, 0), TestImages.decoding(1, 3).decode(gif(0, 0, 0, 0)));
    assertArrayEquals(levels(255, 0, 0), TestImages.decoding(1, 3).decode(gif(1, 1, 0, 0)));
    assertArrayEquals(levels(255, 0, 0), TestImages.decoding(1, 3).decode(gif(2, 2, 2, 2)));
  }

  /** The name is the byte E9 alone, an é of Latin-1, which File and UTF-8 cannot hold. */
  @Test
  void namesNeedNotBeText() throws Exception {
    Path file = folder.resolve("a.png");
    TestImages.write(file, "png", TestImages.image(1, 1, Color.RED));
    int copied = new ProcessBuilder("sh", "-c", "cp a.png \"$(printf 'b\\351.png')\"")
        .directory(folder.toFile())
        .start()
        .waitFor();
    assumeTrue(copied == 0, "a shell, and a file system that takes all bytes for names");
    Files.delete(file);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      Path odd = files.iterator().next();
      assertArrayEquals(levels(255, 0, 0), TestImages.decoding(1, 3).decode(odd));
    }
  }

  @Test
  void filesAreReadThroughAWindow() throws IOException {
    Path file = folder.resolve("large.png");
    TestImages.write(file, "png", noise(200));
    byte[] large = Files.readAllBytes(file), all = new byte[large.length];
    assertTrue(large.length > 1 << 15);
    try (FileInput in = new FileInput(file)) {
      assertEquals(large.length, in.length());
      in.seek(9000);
      in.readFully(all, 9000, large.length - 9000);
      assertEquals(-1, in.read());
      in.seek(0);
      all[0] = in.readByte();
      in.readFully(all, 1, 8999);
      assertArrayEquals(large, all);
    }
  }

  private static BufferedImage noise(int side) {
    BufferedImage image = TestImages.image(side, side, Color.BLACK);
    Random random = new Random(1);
    for (int i = 0; i < side * side; i++) {
      image.setRGB(i % side, i / side, random.nextInt(1 << 24));
    }
    return image;
  }
}
