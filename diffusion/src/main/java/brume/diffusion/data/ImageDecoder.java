package brume.diffusion.data;

import brume.diffusion.image.Headless;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import net.coobird.thumbnailator.Thumbnails;
import net.coobird.thumbnailator.resizers.configurations.Antialiasing;
import net.coobird.thumbnailator.util.exif.Orientation;

/**
 * Turns an image file of any size into a small square: its centre, scaled so that the shorter side
 * fits, upright, over white where it is transparent, as grey or red, green, blue.
 */
final class ImageDecoder {
  static {
    Headless.ensure();
  }

  // Cutting the centre out before scaling gives the same picture as after, and a strip of
  // 1 x 10,000,000 pixels never becomes 64 x 640,000,000.

  private static final Set<String> FORMATS = Set.of("png", "jpeg", "bmp", "gif");
  private static final long MOST_PIXELS = 100_000_000; // no camera makes more; bombs claim to
  private static final long BYTES_PER_PIXEL = 8; // decoded, and once more over white
  private static final long BIG = 10_000_000; // pixels; such pictures are decoded one at a time

  private final int size;
  private final int channels;
  private final Object turn = new Object();

  /**
   * Fixes what pictures become.
   *
   * @param size H and W, in pixels
   * @param channels C, 1 for grey or 3 for red, green, blue
   */
  ImageDecoder(int size, int channels) {
    this.size = size;
    this.channels = channels;
  }

  /**
   * Decodes one file.
   *
   * @param file a PNG, JPEG, BMP or GIF image, of which the first frame counts
   * @return (H, W, C) unsigned bytes
   * @throws IOException if the file cannot be decoded; the message says why, but not which file
   */
  byte[] decode(Path file) throws IOException {
    try (ImageInputStream in = new FileInput(file)) {
      ImageReader reader = reader(in);
      try {
        Orientation orientation = ExifOrientation.of(in);
        reader.setInput(in, true, true);
        return bytes(ExifOrientation.upright(decode(reader), orientation));
      } finally {
        reader.dispose();
      }
    } catch (EOFException e) {
      throw new IOException("damaged (the file ends too early)", e);
    } catch (RuntimeException e) {
      // ImageIO's readers run into all kinds of these when a file is damaged.
      throw new IOException("damaged (" + e + ")", e);
    }
  }

  /**
   * What the first bytes of an image say.
   *
   * @param width of the file, before it is turned upright
   * @param height likewise
   * @param grey whether it has no colors
   */
  record Header(int width, int height, boolean grey) {}

  /**
   * Reads no more of a file than its header.
   *
   * @param file a PNG, JPEG, BMP or GIF image
   * @return its size
   * @throws IOException if it is no such image; the message says why, but not which file
   */
  static Header look(Path file) throws IOException {
    try (ImageInputStream in = new FileInput(file)) {
      ImageReader reader = reader(in);
      try {
        reader.setInput(in, true, true);
        ImageTypeSpecifier raw = reader.getRawImageType(0); // none for JPEGs of colors
        boolean grey = raw != null
            && !(raw.getColorModel() instanceof IndexColorModel)
            && raw.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
        return new Header(reader.getWidth(0), reader.getHeight(0), grey);
      } finally {
        reader.dispose();
      }
    } catch (EOFException e) {
      throw new IOException("damaged (the file ends too early)", e);
    } catch (RuntimeException e) {
      throw new IOException("damaged (" + e + ")", e);
    }
  }

  private static ImageReader reader(ImageInputStream in) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
        return reader;
      }
    }
    throw new IOException("expected a PNG, JPEG, BMP or GIF image, got other content");
  }

  private BufferedImage decode(ImageReader reader) throws IOException {
    long pixels =
        Math.max((long) reader.getWidth(0) * reader.getHeight(0), GifScreen.pixels(reader));
    long most = Math.min(MOST_PIXELS, Runtime.getRuntime().maxMemory() / 2 / BYTES_PER_PIXEL);
    if (pixels > most) {
      throw new IOException(String.format(
          Locale.ROOT,
          "expected at most %,d pixels, got %,d (%d x %d)",
          most,
          pixels,
          reader.getWidth(0),
          reader.getHeight(0)));
    }
    if (pixels < BIG) {
      return square(wholeImage(reader));
    }
    synchronized (turn) {
      return square(wholeImage(reader));
    }
  }

  private static BufferedImage wholeImage(ImageReader reader) throws IOException {
    StringBuilder missing = new StringBuilder();
    // A JPEG file that was cut short is no error to ImageIO: it paints the rest grey and warns.
    reader.addIIOReadWarningListener((source, warning) -> {
      if (warning.contains("premature end") || warning.contains("Truncated")) {
        missing.append(missing.isEmpty() ? "" : "; ").append(warning);
      }
    });
    BufferedImage image = GifScreen.withFirstFrame(reader, reader.read(0));
    if (!missing.isEmpty()) {
      throw new IOException("damaged (" + missing + ")");
    }
    return image;
  }

  private BufferedImage square(BufferedImage image) throws IOException {
    int side = Math.min(image.getWidth(), image.getHeight());
    int left = (image.getWidth() - side) / 2;
    int top = (image.getHeight() - side) / 2;
    BufferedImage centre = overWhite(image.getSubimage(left, top, side, side));
    if (side == size) {
      return centre;
    }
    return Thumbnails.of(centre)
        .forceSize(size, size)
        .imageType(BufferedImage.TYPE_INT_RGB)
        .antialiasing(Antialiasing.ON)
        .asBufferedImage();
  }

  private static BufferedImage overWhite(BufferedImage image) {
    int side = image.getWidth();
    BufferedImage flat = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    boolean grey = image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
    if (grey && !(image.getColorModel() instanceof IndexColorModel)) {
      greyOverWhite(image, flat);
      return flat;
    }
    Graphics2D graphics = flat.createGraphics();
    graphics.drawImage(image, 0, 0, Color.WHITE, null);
    graphics.dispose();
    return flat;
  }

  // Java takes grey for linear light and would brighten it on the way to RGB; files mean sRGB.
  private static void greyOverWhite(BufferedImage image, BufferedImage flat) {
    Raster raster = image.getRaster();
    float most = (1 << raster.getSampleModel().getSampleSize(0)) - 1;
    boolean transparent = image.getColorModel().hasAlpha();
    for (int y = 0; y < flat.getHeight(); y++) {
      for (int x = 0; x < flat.getWidth(); x++) {
        float alpha = transparent ? raster.getSample(x, y, 1) / most : 1;
        int value = Math.round(255 * (1 - alpha + alpha * raster.getSample(x, y, 0) / most));
        flat.setRGB(x, y, value << 16 | value << 8 | value);
      }
    }
  }

  private byte[] bytes(BufferedImage image) {
    byte[] bytes = new byte[size * size * channels];
    int[] rgb = image.getRGB(0, 0, size, size, null, 0, size);
    for (int i = 0; i < rgb.length; i++) {
      int red = rgb[i] >> 16 & 0xFF, green = rgb[i] >> 8 & 0xFF, blue = rgb[i] & 0xFF;
      if (channels == 1) {
        // Luma of ITU-R BT.601, in thousandths.
        bytes[i] = (byte) ((299 * red + 587 * green + 114 * blue + 500) / 1000);
      } else {
        bytes[3 * i] = (byte) red;
        bytes[3 * i + 1] = (byte) green;
        bytes[3 * i + 2] = (byte) blue;
      }
    }
    return bytes;
  }
}
