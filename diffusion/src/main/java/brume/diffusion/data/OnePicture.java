package brume.diffusion.data;

import brume.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A single picture out of a file, brought to the size of a model's. */
public final class OnePicture {

  private OnePicture() {}

  /**
   * Reads a picture: of another shape the middle counts, of another size it is scaled.
   *
   * @param file a PNG, JPEG, BMP, GIF, TIFF or WebP image
   * @param shape (H, W, C), C being 1 for grey or 3 for red, green and blue
   * @return H·W·C values in [0, 1]
   * @throws IOException if there is no such picture
   */
  public static float[] read(Path file, Shape shape) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + ": expected a picture, found no file; check its name");
    }
    Framing framing = new Framing(
        new PictureSize(shape.dim(0), shape.dim(1)), shape.dim(2), Crop.CENTER, List.of());
    byte[] bytes;
    try {
      bytes = new ImageDecoder(framing).decode(file, 0.5).bytes();
    } catch (IOException unreadable) {
      throw new IOException(
          file + ": expected a picture, found one that cannot be read: " + unreadable.getMessage(),
          unreadable);
    }
    float[] values = new float[bytes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (bytes[i] & 0xFF) / 255f;
    }
    return values;
  }
}
