package brume.diffusion.data;

import brume.diffusion.image.Picture;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
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
