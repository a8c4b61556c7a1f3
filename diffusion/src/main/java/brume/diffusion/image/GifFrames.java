package brume.diffusion.image;

import brume.tensor.Text;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** Single frames of an animation that {@link Gif} has written, each of which is whole. */
public final class GifFrames {

  private static final long MOST_PIXELS = 1 << 26;
  private static final int MOST_FRAMES = 1000;

  private GifFrames() {}

  /** What is done with a reader. */
  @FunctionalInterface
  private interface Use<T> {
    T with(ImageReader reader) throws IOException;
  }

  /**
   * Number of frames.
   *
   * @param gif the file
   * @return how many there are
   * @throws IOException if it cannot be read or is no GIF
   */
  public static int count(Path gif) throws IOException {
    return read(gif, reader -> Math.min(MOST_FRAMES, reader.getNumImages(true)));
  }

  /**
   * A frame.
   *
   * @param gif the file
   * @param number from 0
   * @return a PNG
   * @throws IOException if it cannot be read, has no such frame or frames that are too large
   */
  public static byte[] png(Path gif, int number) throws IOException {
    return read(gif, reader -> {
      int frames = Math.min(MOST_FRAMES, reader.getNumImages(true));
      long pixels = number < 0 || number >= frames
          ? Long.MAX_VALUE
          : (long) reader.getWidth(number) * reader.getHeight(number);
      if (pixels > MOST_PIXELS) {
        throw new IOException(Text.of(
            "%s: expected a frame of 0 to %d with at most %d pixels, got number %d",
            gif, frames - 1, MOST_PIXELS, number));
      }
      BufferedImage frame = reader.read(number);
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      ImageIO.write(frame, "png", png);
      return png.toByteArray();
    });
  }

  private static <T> T read(Path gif, Use<T> use) throws IOException {
    Headless.ensure();
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    try (ImageInputStream in = ImageIO.createImageInputStream(gif.toFile())) {
      if (in == null) {
        throw new IOException(gif + ": expected a GIF, it cannot be read");
      }
      reader.setInput(in);
      return use.with(reader);
    } catch (RuntimeException broken) { // of files that only begin like one
      throw new IOException(gif + ": expected a GIF, got something else", broken);
    } finally {
      reader.dispose();
    }
  }
}
