package brume.diffusion.cli;

import brume.diffusion.sampler.Randomness;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * What a run draws, as options see it that steer its samples with pictures.
 *
 * @param picture (H, W, C) of what comes out
 * @param sampled (h, w, c) of what the sampler draws: pictures, or latents of them
 * @param isPicture whether a picture comes out
 * @param seen makes of a picture (1, H, W, C) in [−1, 1] what the sampler draws
 */
record Canvas(Shape picture, Shape sampled, boolean isPicture, UnaryOperator<Tensor> seen) {

  /**
   * That of a model.
   *
   * @param source the model
   * @param random chooses one of the latents that a picture may have
   * @param device where the model is
   */
  static Canvas of(Source source, Randomness random, Device device) {
    Shape sampled = source.recipe().sampled();
    boolean isPicture = !source.exhibit().plots() && source.recipe().latents().shows();
    return new Canvas(source.picture(), sampled, isPicture, picture -> source
        .model()
        .seen(picture, () -> random.shared("posterior", device, GivenPicture.batched(sampled))));
  }
}
