package brume.diffusion.run;

import brume.autograd.Variable;
import brume.tensor.Tensor;

/** What says of a picture as a whole what it shows, in numbers that a network is told. It does not change. */
public interface PictureEncoder {

  /**
   * Looks at pictures.
   *
   * @param x (N, H, W, C) in the range of the model, [−1, 1]
   * @return (N, C) of each, owned by the innermost scope; no gradient leads through it
   * @throws IllegalArgumentException if they have another size than those it has learned from
   */
  Variable seen(Tensor x);

  /**
   * How much it says of a picture.
   *
   * @return C
   */
  int channels();
}
