package brume.diffusion.data;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Image files with known content. */
final class TestImages {

  private static final int NOT_SAID = -1; // the format as it is by itself

  private TestImages() {}

  static void write(Path file, String format, BufferedImage image) throws IOException {
    // The JDK loses rows of interlaced GIF pictures that are less than five rows high.
    write(file, format, format.equals("gif") ? ImageWriteParam.MODE_DISABLED : NOT_SAID, image);
  }

  /** Several scans, each of which makes the picture finer. */
  static void progressive(Path file, BufferedImage image) throws IOException {
    write(file, "jpeg", ImageWriteParam.MODE_DEFAULT, image);
  }

  private static void write(Path file, String format, int progressive, BufferedImage image)
      throws IOException {
    Files.createDirectories(file.getParent());
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    ImageWriteParam param = writer.getDefaultWriteParam();
    if (progressive != NOT_SAID) {
      param.setProgressiveMode(progressive);
    }
    Files.deleteIfExists(file);
    try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), param);
    } finally {
      writer.dispose();
    }
  }

  static BufferedImage image(int width, int height, Color color) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    paint(image, 0, width, color);
    return image;
  }

  static void paint(BufferedImage image, int left, int right, Color color) {
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(color);
    graphics.fillRect(left, 0, right - left, image.getHeight());
    graphics.dispose();
  }

  static void uniform(Path file, String format, int width, int height, int level)
      throws IOException {
    write(file, format, image(width, height, new Color(level, level, level)));
  }

  /** Red grows to the right, green downward. */
  static void gradient(Path file, int width, int height) throws IOException {
    BufferedImage image = image(width, height, Color.BLACK);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, (255 * x / (width - 1)) << 16 | (255 * y / (height - 1)) << 8);
      }
    }
    write(file, "png", image);
  }

  /** Decodes the middle of files, as squares. */
  interface Decoding {
    byte[] decode(Path file) throws IOException;
  }

  static Decoding decoding(int side, int channels) {
    ImageDecoder decoder = new ImageDecoder(Framing.square(side, channels));
    return file -> decoder.decode(file, 0.5).bytes();
  }
}
