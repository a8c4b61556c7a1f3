package brume.diffusion.data;

import brume.diffusion.image.Picture;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import java.util.ArrayList;
import java.util.List;

/** Pictures in [0, 1] to tensors in [−1, 1], where the diffusion process lives, and back. */
public final class PictureTensor {

  private PictureTensor() {}

  /**
   * To a tensor.
   *
   * @param device where
   * @param shape (N, H, W, C)
   * @param pictures values in [0, 1], overwritten
   * @return (N, H, W, C) values in [−1, 1]
   */
  public static Tensor of(Device device, Shape shape, float[] pictures) {
    for (int i = 0; i < pictures.length; i++) {
      pictures[i] = 2 * pictures[i] - 1;
    }
    return Tensor.of(device, shape, pictures);
  }

  /**
   * Several pictures to a tensor.
   *
   * @param device where
   * @param pictures N of one size, at least one
   * @return (N, H, W, C) values in [−1, 1]
   * @throws IllegalArgumentException if there is none, or they differ in size
   */
  public static Tensor ofPictures(Device device, List<Picture> pictures) {
    if (pictures.isEmpty()) {
      throw new IllegalArgumentException("pictures: expected one or more, got none");
    }
    Picture first = pictures.get(0);
    int size = Shape.product(first.height(), first.width(), first.channels());
    float[] values = new float[Shape.product(pictures.size(), size)];
    for (int n = 0; n < pictures.size(); n++) {
      Picture each = pictures.get(n);
      if (each.height() != first.height()
          || each.width() != first.width()
          || each.channels() != first.channels()) {
        throw new IllegalArgumentException(Text.of(
            "pictures: expected all of %dx%dx%d (height, width, channels), got one of %dx%dx%d",
            first.height(),
            first.width(),
            first.channels(),
            each.height(),
            each.width(),
            each.channels()));
      }
      byte[] bytes = each.toBytes();
      for (int i = 0; i < size; i++) {
        values[n * size + i] = (bytes[i] & 0xFF) / 255f;
      }
    }
    Shape shape = Shape.of(pictures.size(), first.height(), first.width(), first.channels());
    return of(device, shape, values);
  }

  /**
   * Back to values.
   *
   * @param x (N, H, W, C) values around [−1, 1]
   * @return values in [0, 1], those beyond limited
   */
  public static float[] toUnit(Tensor x) {
    float[] values = toUnlimited(x);
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.min(Math.max(values[i], 0), 1);
    }
    return values;
  }

  /**
   * Back to values, also where noise is beyond all pictures.
   *
   * @param x (N, H, W, C) values around [−1, 1]
   * @return values around [0, 1]
   */
  public static float[] toUnlimited(Tensor x) {
    float[] values = x.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] = (values[i] + 1) / 2;
    }
    return values;
  }

  /**
   * Back to pictures.
   *
   * @param x (N, H, W, C) values around [−1, 1]
   * @return N pictures
   */
  public static List<Picture> toPictures(Tensor x) {
    Shape shape = x.shape();
    return toPictures(toUnit(x), shape.dim(1), shape.dim(2), shape.dim(3));
  }

  /**
   * Values to pictures.
   *
   * @param values (N, H, W, C) in [0, 1]
   * @param height H
   * @param width W
   * @param channels C
   * @return N pictures
   */
  public static List<Picture> toPictures(float[] values, int height, int width, int channels) {
    int size = height * width * channels;
    List<Picture> pictures = new ArrayList<>();
    for (int at = 0; at < values.length; at += size) {
      pictures.add(Picture.of(height, width, channels, values, at));
    }
    return pictures;
  }
}
