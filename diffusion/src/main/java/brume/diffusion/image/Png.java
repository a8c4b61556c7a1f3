package brume.diffusion.image;

import brume.tensor.io.AtomicFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes PNG files that are either whole or unchanged. */
public final class Png {
  private Png() {}

  /**
   * Writes a picture.
   *
   * @param file the file to make or replace, in a folder that exists
   * @param picture grey or RGB, stored exactly
   * @throws IOException if it cannot be written; what was there before is then unchanged
   */
  public static void write(Path file, Picture picture) throws IOException {
    write(file, picture.toImage());
  }

  /**
   * Writes an image.
   *
   * @param file the file to make or replace, in a folder that exists
   * @param image any image, stored exactly
   * @throws IOException if it cannot be written; what was there before is then unchanged
   */
  public static void write(Path file, BufferedImage image) throws IOException {
    AtomicFile.write(file, encode(image));
  }

  /**
   * The bytes of a PNG file.
   *
   * @param picture grey or RGB, stored exactly
   * @return the whole file
   * @throws IOException if PNG cannot hold it
   */
  public static byte[] encode(Picture picture) throws IOException {
    return encode(picture.toImage());
  }

  private static byte[] encode(BufferedImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(image, "png", out)) {
        throw new IOException("png: expected an image that PNG can hold, got " + image);
      }
    }
    return bytes.toByteArray();
  }
}
