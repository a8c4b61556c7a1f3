package brume.nn.autoencoder;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.pointwise.Subtract.subtract;
import static brume.autograd.function.reduce.Mean.mean;

import brume.autograd.Variable;
import brume.autograd.function.pointwise.Pointwise;

/**
 * What an {@link AutoencoderKL} is trained to make small, without the discriminator and the perceptual
 * part of the publication:
 *
 * <pre>
 *   loss = mean over pixels of cost(decode(z) − x) + weight·mean over pictures of the divergence of z
 * </pre>
 *
 * @param reconstruction what a difference costs
 * @param klWeight weight of the divergence, summed over all numbers of a latent
 * @see <a href="https://arxiv.org/abs/2112.10752">Rombach et al., High-Resolution Image Synthesis with
 *     Latent Diffusion Models (2022), section G</a>
 */
public record AutoencoderLoss(Reconstruction reconstruction, double klWeight) {

  /** How far a picture is from what it should be. */
  @FunctionalInterface
  public interface Reconstruction {
    /** Mean of squared differences. */
    Reconstruction MSE = difference -> Pointwise.square(difference);

    /** Mean of absolute differences. */
    Reconstruction L1 = difference -> Pointwise.abs(difference);

    /**
     * What each difference costs.
     *
     * @param difference of any shape
     * @return of the same shape
     */
    Variable of(Variable difference);
  }

  /**
   * The loss and what it is made of.
   *
   * @param loss () the sum
   * @param reconstruction () how far pictures are from what they should be
   * @param divergence () mean of the divergences, before its weight
   * @param decoded (N, H, W, C) the pictures
   */
  public record Parts(
      Variable loss, Variable reconstruction, Variable divergence, Variable decoded) {}

  /**
   * Encodes and decodes pictures and compares.
   *
   * @param autoencoder to be trained
   * @param x (N, H, W, C) with pixels in [−1, 1], and sides that are multiples of the factor
   * @param noise of the shape of latents, standard normal
   * @return scalars with gradients
   */
  public Parts of(AutoencoderKL autoencoder, Variable x, Variable noise) {
    Posterior posterior = autoencoder.encode(x);
    Variable decoded = autoencoder.decode(posterior.sample(noise));
    Variable error = mean(reconstruction.of(subtract(decoded, x)));
    Variable divergence = mean(posterior.divergence());
    return new Parts(add(error, scale(divergence, klWeight)), error, divergence, decoded);
  }
}
