package brume.nn.autoencoder;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.pointwise.Subtract.subtract;
import static brume.autograd.function.reduce.Mean.mean;

import brume.autograd.Variable;
import brume.autograd.function.pointwise.Pointwise;
import java.util.Locale;

/**
 * What an {@link AutoencoderKL} is trained to make small, without the discriminator and the perceptual
 * part of the publication:
 *
 * <pre>
 *   loss = mean over pixels of |decode(z) − x|ᵖ + weight·mean over pictures of the divergence of z
 * </pre>
 *
 * @param reconstruction p = 2 or p = 1
 * @param klWeight weight of the divergence, summed over all numbers of a latent
 * @see <a href="https://arxiv.org/abs/2112.10752">Rombach et al., High-Resolution Image Synthesis with
 *     Latent Diffusion Models (2022), section G</a>
 */
public record AutoencoderLoss(Reconstruction reconstruction, double klWeight) {

  /** How far a picture is from what it should be. */
  public enum Reconstruction {
    /** Mean of squared differences. */
    MSE {
      @Override
      Variable of(Variable difference) {
        return Pointwise.square(difference);
      }
    },
    /** Mean of absolute differences. */
    L1 {
      @Override
      Variable of(Variable difference) {
        return Pointwise.abs(difference);
      }
    };

    abstract Variable of(Variable difference);

    /** The name in lower case. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
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
