package brume.diffusion.data;

import brume.diffusion.image.Picture;
import brume.tensor.Shape;
import brume.tensor.Text;
import brume.tensor.io.FileContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A single picture out of a file, brought to the size of a model's. Pictures in an array of numbers, as {@link ArrayImages}
 * reads them, are taken as they are.
 */
public final class OnePicture {

  private OnePicture() {}

  /**
   * Reads a picture: of another shape the middle counts, of another size it is scaled.
   *
   * @param file a PNG, JPEG, BMP, GIF, TIFF or WebP image, or a {@code .npy}, {@code .npz} or {@code .safetensors} file
   *     of one picture of the same size
   * @param shape (H, W, C), C being 1 for grey or 3 for red, green and blue
   * @return H·W·C values in [0, 1]
   * @throws IOException if there is no such picture
   */
  public static float[] read(Path file, Shape shape) throws IOException {
    if (isNumbers(file)) {
      return numbers(file, shape);
    }
    byte[] bytes = decoded(file, new PictureSize(shape.dim(0), shape.dim(1)), shape.dim(2));
    float[] values = new float[bytes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (bytes[i] & 0xFF) / 255f;
    }
    return values;
  }

  /**
   * The size that a picture has in its file.
   *
   * @param file as of {@link #read}
   * @return upright
   * @throws IOException if there is no such picture
   */
  public static DataReport.Size size(Path file) throws IOException {
    if (isNumbers(file)) {
      Dataset numbers = ArrayImages.open(file);
      return new DataReport.Size(numbers.height(), numbers.width());
    }
    return read(file, () -> ImageDecoder.look(file));
  }

  /**
   * Whether a picture is more than grey.
   *
   * @param file as of {@link #read}
   * @param size to which it is brought before
   * @return true if the channels of a pixel differ
   * @throws IOException if there is no such picture
   */
  public static boolean isColored(Path file, PictureSize size) throws IOException {
    if (isNumbers(file)) {
      return false; // of which no channel is left out
    }
    byte[] bytes = decoded(file, size, 3);
    for (int i = 0; i < bytes.length; i += 3) {
      if (bytes[i] != bytes[i + 1] || bytes[i] != bytes[i + 2]) {
        return true;
      }
    }
    return false;
  }

  private static boolean isNumbers(Path file) throws IOException {
    return Files.isRegularFile(file)
        && switch (FileContent.of(file)) {
          case NPY, ZIP, SAFETENSORS -> true;
          default -> false;
        };
  }

  private static float[] numbers(Path file, Shape shape) throws IOException {
    Dataset numbers = ArrayImages.open(file);
    Shape got = Shape.of(numbers.size(), numbers.height(), numbers.width(), numbers.channels());
    Shape wanted = Shape.of(1, shape.dim(0), shape.dim(1), shape.dim(2));
    if (!got.equals(wanted)) {
      throw new IOException(Text.of(
          "%s: expected one picture of %s (number, height, width, channels), got %s; numbers are"
              + " not scaled",
          file, wanted, got));
    }
    float[] values = new float[shape.size()];
    numbers.read(0, false, values, 0);
    return values;
  }

  /** A picture in colours of a size. */
  static Picture picture(Path file, PictureSize size) throws IOException {
    return Picture.of(size.height(), size.width(), 3, decoded(file, size, 3));
  }

  private static byte[] decoded(Path file, PictureSize size, int channels) throws IOException {
    Framing framing = new Framing(size, channels, Crop.CENTER, List.of());
    return read(file, () -> new ImageDecoder(framing).decode(file, 0.5)).bytes();
  }

  /** What is read of a file. */
  @FunctionalInterface
  private interface Reading<T> {
    T get() throws IOException;
  }

  private static <T> T read(Path file, Reading<T> reading) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + ": expected a picture, found no file; check its name");
    }
    try {
      return reading.get();
    } catch (IOException unreadable) {
      throw new IOException(
          file + ": expected a picture, found one that cannot be read: " + unreadable.getMessage(),
          unreadable);
    }
  }
}
