package brume.diffusion.run;

import brume.tensor.Tensor;
import brume.tensor.random.RandomKey;

/** The form in which a model sees pictures. It does not change. */
interface LatentSpace {

  /**
   * What becomes of pictures.
   *
   * @param pictures (N, H, W, C) in the range of the model, [−1, 1]
   * @param first number of the first one
   * @param key of what is drawn by chance; that of a picture depends on its number, not on the batch
   * @return (N, h, w, c), owned by the innermost scope; no gradient leads through it
   */
  Tensor of(Tensor pictures, long first, RandomKey key);

  /**
   * What becomes of pictures, with noise that chooses among what they may become.
   *
   * @param pictures (N, H, W, C) in the range of the model, [−1, 1]
   * @param noise (N, h, w, c) standard normal
   * @return (N, h, w, c), owned by the innermost scope; no gradient leads through it
   */
  Tensor chosen(Tensor pictures, Tensor noise);

  /**
   * Pictures again.
   *
   * @param latents (N, h, w, c)
   * @return (N, H, W, C), owned by the innermost scope; themselves where no picture can be made of them
   */
  Tensor pictures(Tensor latents);
}
