package brume.diffusion.run;

import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Tape;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.random.RandomKey;

/**
 * Pictures as the vectors that an encoder makes of them.
 *
 * @param encoder (N, C) of pictures
 */
record VectorSpace(PictureEncoder encoder) implements LatentSpace {

  @Override
  public Tensor of(Tensor pictures, long first, RandomKey key) {
    return vectors(pictures);
  }

  /** Nothing is left to noise. {@inheritDoc} */
  @Override
  public Tensor chosen(Tensor pictures, Tensor noise) {
    return vectors(pictures);
  }

  private Tensor vectors(Tensor pictures) {
    Shape shape = Shape.of(pictures.shape().dim(0), 1, 1, encoder.channels());
    try (Tape.Pause pause = Tape.pause()) {
      return Tape.tidy(() -> reshape(encoder.seen(pictures), shape)).value();
    }
  }

  @Override
  public Tensor pictures(Tensor latents) {
    return latents;
  }
}
