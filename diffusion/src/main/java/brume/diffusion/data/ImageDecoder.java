package brume.diffusion.data;

import brume.diffusion.image.Headless;
import brume.tensor.Text;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import net.coobird.thumbnailator.util.exif.Orientation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns an image file of any size into a picture of one: upright, cut and scaled as its framing says, over
 * white where it is transparent, as grey or red, green, blue.
 */
final class ImageDecoder {
  static {
    Headless.ensure();
  }

  private static final Set<String> FORMATS = Set.of("png", "jpeg", "bmp", "gif", "tiff", "webp");
  private static final long MOST_PIXELS = 100_000_000; // no camera makes more; bombs claim to
  private static final long BYTES_PER_PIXEL = 12; // decoded, turned, and once more over white
  private static final long BIG = 10_000_000; // pixels; such pictures are decoded one at a time

  private static final long BIG_ENTRY = 1 << 24; // bytes of a file in a ZIP file; likewise
  private static final Object TURN = new Object();
  private static final Logger LOG = LoggerFactory.getLogger(ImageDecoder.class);

  private final Framing framing;

  /**
   * Fixes what pictures become.
   *
   * @param framing sizes, channels and what is cut off
   */
  ImageDecoder(Framing framing) {
    this.framing = framing;
  }

  /**
   * Decodes one file.
   *
   * @param file a PNG, JPEG, BMP, GIF, TIFF or WebP image, of which the first frame counts
   * @param place where a part drawn by chance lies, from 0 to 1
   * @return the picture
   * @throws IOException if the file cannot be decoded; the message says why, but not which file
   */
  Decoded decode(Path file, double place) throws IOException {
    return alone(file, () -> decodeNow(file, place));
  }

  private Decoded decodeNow(Path file, double place) throws IOException {
    try (ImageInputStream in = input(file)) {
      ImageReader reader = reader(in);
      try {
        Orientation orientation = ExifOrientation.of(in);
        reader.setInput(in, true, true);
        return decode(reader, orientation, place);
      } finally {
        reader.dispose();
      }
    } catch (EOFException | RuntimeException | OutOfMemoryError e) {
      throw damaged(e);
    }
  }

  /** ImageIO's readers run into all kinds of failures when a file is damaged. */
  private static IOException damaged(Throwable e) {
    if (e instanceof OutOfMemoryError) {
      return new IOException("expected a picture that this heap can hold, got a larger one", e);
    }
    LOG.debug("a damaged picture", e);
    return new IOException(
        e instanceof EOFException
            ? "damaged (the file ends too early)"
            : Text.of("damaged (%s)", Text.reason(e)),
        e);
  }

  /**
   * A picture of a file.
   *
   * @param bytes (H, W, C) unsigned, brought to one size
   * @param stored upright, but of the size that the file has
   */
  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  record Decoded(byte[] bytes, DataReport.Size stored) {}

  /**
   * Reads no more of a file than its header.
   *
   * @param file a PNG, JPEG, BMP, GIF, TIFF or WebP image
   * @return the size of its picture, upright
   * @throws IOException if it is no such image; the message says why, but not which file
   */
  static DataReport.Size look(Path file) throws IOException {
    return alone(file, () -> lookNow(file));
  }

  private static DataReport.Size lookNow(Path file) throws IOException {
    try (ImageInputStream in = input(file)) {
      ImageReader reader = reader(in);
      try {
        boolean lies = ExifOrientation.lies(ExifOrientation.of(in));
        reader.setInput(in, true, true);
        int height = reader.getHeight(0), width = reader.getWidth(0);
        return lies ? new DataReport.Size(width, height) : new DataReport.Size(height, width);
      } finally {
        reader.dispose();
      }
    } catch (EOFException | RuntimeException | OutOfMemoryError e) {
      throw damaged(e);
    }
  }

  /** Looks at or decodes a file. */
  private interface Work<T> {
    T done() throws IOException;
  }

  /** Does what takes a lot of memory only once at a time. */
  private static <T> T alone(Path file, Work<T> work) throws IOException {
    if (isInZip(file) && Files.size(file) > BIG_ENTRY) {
      synchronized (TURN) {
        return work.done();
      }
    }
    return work.done();
  }

  private static boolean isInZip(Path file) {
    return file.getFileSystem() != FileSystems.getDefault();
  }

  /** A file of a ZIP file comes into memory whole, but no more of it than its head says. */
  private static ImageInputStream input(Path file) throws IOException {
    if (!isInZip(file)) {
      return new FileInput(file);
    }
    long most = Math.min(1 << 30, Runtime.getRuntime().maxMemory() / 8), size = Files.size(file);
    if (size > most) {
      throw new IOException(Text.of("expected at most %d bytes in a ZIP file, got %d", most, size));
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes((int) size + 1);
      if (bytes.length > size) {
        throw new IOException(
            Text.of("damaged (expected %d bytes, as the ZIP file says, got more)", size));
      }
      return new FileInput(bytes);
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
    throw new IOException("expected a PNG, JPEG, BMP, GIF, TIFF or WebP image, got other content");
  }

  private Decoded decode(ImageReader reader, Orientation orientation, double place)
      throws IOException {
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
      return framed(ExifOrientation.upright(wholeImage(reader), orientation), place);
    }
    synchronized (TURN) {
      return framed(ExifOrientation.upright(wholeImage(reader), orientation), place);
    }
  }

  private static BufferedImage wholeImage(ImageReader reader) throws IOException {
    Set<String> missing = new LinkedHashSet<>();
    // A JPEG file that was cut short is no error to ImageIO: it paints the rest grey and warns.
    reader.addIIOReadWarningListener((source, warning) -> {
      if (warning.contains("premature end") || warning.contains("Missing EOI")) {
        missing.add(warning);
      }
    });
    BufferedImage image = GifScreen.withFirstFrame(reader, reader.read(0));
    if (missing.stream().anyMatch(warning -> warning.contains("premature end"))) {
      throw new IOException("damaged (" + String.join("; ", missing) + ")");
    }
    // Without the marker of the end alone, all of the picture is there, unless it came in scans.
    if (!missing.isEmpty() && JpegSegments.areProgressive((ImageInputStream) reader.getInput())) {
      throw new IOException("damaged (" + String.join("; ", missing) + "; scans may be missing)");
    }
    return image;
  }

  private Decoded framed(BufferedImage whole, double place) throws IOException {
    Rectangle window;
    try {
      window = framing.window(whole.getHeight(), whole.getWidth(), place);
    } catch (IllegalArgumentException outside) {
      throw new IOException(outside.getMessage(), outside);
    }
    BufferedImage image =
        overWhite(whole.getSubimage(window.x, window.y, window.width, window.height));
    int C = framing.channels();
    int[] rgb = new int[window.width];
    float[] values = Resampling.resized(
        (y, row) -> {
          image.getRGB(0, y, window.width, 1, rgb, 0, window.width);
          values(rgb, row, C);
        },
        window.height,
        window.width,
        C,
        framing.size());
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.round(values[i]);
    }
    return new Decoded(bytes, new DataReport.Size(whole.getHeight(), whole.getWidth()));
  }

  private static void values(int[] rgb, float[] row, int C) {
    for (int x = 0; x < rgb.length; x++) {
      int red = rgb[x] >> 16 & 0xFF, green = rgb[x] >> 8 & 0xFF, blue = rgb[x] & 0xFF;
      if (C == 1) {
        row[x] = 0.299f * red + 0.587f * green + 0.114f * blue; // luma of ITU-R BT.601
      } else {
        row[3 * x] = red;
        row[3 * x + 1] = green;
        row[3 * x + 2] = blue;
      }
    }
  }

  private static BufferedImage overWhite(BufferedImage image) {
    BufferedImage flat =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
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
}
