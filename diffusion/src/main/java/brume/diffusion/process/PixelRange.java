package brume.diffusion.process;

import brume.tensor.Tensor;
import brume.tensor.math.Arithmetic;

/** Images as files have them, in [0, 1], and as models see them, in [−1, 1]. */
public final class PixelRange {

  private PixelRange() {}

  /**
   * From files to models.
   *
   * @param image of any shape, in [0, 1]
   * @return the same image in [−1, 1]
   */
  public static Tensor toModel(Tensor image) {
    return Arithmetic.affine(2, image, -1);
  }

  /**
   * From models to files.
   *
   * @param image of any shape, in [−1, 1]
   * @return the same image in [0, 1]
   */
  public static Tensor toUnit(Tensor image) {
    return Arithmetic.affine(0.5, image, 0.5);
  }
}
