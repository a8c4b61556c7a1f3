package brume.diffusion.guidance;

import brume.tensor.Shape;
import brume.tensor.Tensor;

/** One picture as often as a batch has samples. */
final class Repeated {

  private Repeated() {}

  /** (1, H, W, C) to (N, H, W, C), owned by the innermost scope; (N, H, W, C) as it is. */
  static Tensor repeated(Tensor picture, Shape shape) {
    if (picture.shape().equals(shape)) {
      return picture;
    }
    double[] one = picture.toDoubles();
    double[] all = new double[shape.size()];
    for (int n = 0; n < shape.dim(0); n++) {
      System.arraycopy(one, 0, all, n * one.length, one.length);
    }
    return Tensor.of(picture.device(), shape, all);
  }
}
