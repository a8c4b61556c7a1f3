package brume.diffusion.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GifTest {
  private static final String FORMAT = "javax_imageio_gif_image_1.0";

  @TempDir
  Path folder;

  private static List<Picture> frames(int count, int channels) {
    List<Picture> frames = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      byte[] bytes = new byte[16 * 16 * channels];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (n * 40 + i / channels);
      }
      frames.add(Picture.of(16, 16, channels, bytes));
    }
    return frames;
  }

  @Test
  void greyFramesAreExactAndTimedAndRepeatForever() throws IOException {
    Path file = folder.resolve("a.gif");
    List<Picture> frames = frames(4, 1);
    Gif.write(file, frames, 50, 1500);
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      reader.setInput(in);
      assertEquals(4, reader.getNumImages(true));
      for (int n = 0; n < 4; n++) {
        int[] rgb = reader.read(n).getRGB(0, 0, 16, 16, null, 0, 16);
        byte[] levels = new byte[256];
        for (int i = 0; i < 256; i++) {
          levels[i] = (byte) rgb[i];
        }
        assertArrayEquals(frames.get(n).toBytes(), levels);
        IIOMetadataNode root = (IIOMetadataNode) reader.getImageMetadata(n).getAsTree(FORMAT);
        IIOMetadataNode control = (IIOMetadataNode)
            root.getElementsByTagName("GraphicControlExtension").item(0);
        assertEquals(n < 3 ? "5" : "150", control.getAttribute("delayTime"));
        if (n == 0) {
          IIOMetadataNode loop = (IIOMetadataNode)
              root.getElementsByTagName("ApplicationExtension").item(0);
          assertEquals("NETSCAPE", loop.getAttribute("applicationID"));
          assertArrayEquals(new byte[] {1, 0, 0}, (byte[]) loop.getUserObject());
        }
      }
    } finally {
      reader.dispose();
    }
  }

  @Test
  void coloredFramesKeepTheirColors() throws IOException {
    Path file = folder.resolve("a.gif");
    byte[] bytes = {(byte) 200, 10, 30, 0, (byte) 128, (byte) 255};
    Gif.write(file, List.of(Picture.of(1, 2, 3, bytes)), 50, 50);
    int[] rgb = ImageIO.read(file.toFile()).getRGB(0, 0, 2, 1, null, 0, 2);
    assertArrayEquals(new int[] {0xFFC80A1E, 0xFF0080FF}, rgb);
  }

  @Test
  void refusesFramesAndDelaysThatDoNotFit() {
    Path file = folder.resolve("a.gif");
    assertEquals(
        "gif: expected at least 1 frame and delays of 20 to 60000 ms, got 0 frames and delays of 50"
            + " and 50 ms",
        refusal(() -> Gif.write(file, List.of(), 50, 50)));
    assertEquals(
        "gif: expected at least 1 frame and delays of 20 to 60000 ms, got 2 frames and delays of 50"
            + " and 10 ms",
        refusal(() -> Gif.write(file, frames(2, 1), 50, 10)));
    List<Picture> unequal = List.of(frames(1, 1).get(0), frames(1, 1).get(0).enlarged(2));
    assertEquals(
        "gif: expected frames of one size, got (H, W) = (16, 16) and (32, 32)",
        refusal(() -> Gif.write(file, unequal, 50, 50)));
  }

  private static String refusal(org.junit.jupiter.api.function.Executable use) {
    return assertThrows(IllegalArgumentException.class, use).getMessage();
  }
}
