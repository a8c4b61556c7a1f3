package brume.diffusion.objective;

import brume.autograd.Variable;
import brume.nn.Denoiser;
import brume.nn.Pass;
import brume.nn.autoencoder.AutoencoderKL;
import brume.nn.autoencoder.AutoencoderLoss;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.random.RandomKey;

/**
 * How far decoded pictures are from those that were encoded, and how far their latents from standard normal
 * ones.
 *
 * @param measure the loss
 */
public record AutoencoderObjective(AutoencoderLoss measure) implements Objective {

  @Override
  public Variable loss(Denoiser network, Batch batch, RandomKey key, Pass pass) {
    if (!(network.innermost() instanceof AutoencoderKL autoencoder)) {
      throw new IllegalArgumentException(Text.of(
          "objective: expected an autoencoder to be trained, got %s",
          network.innermost().getClass().getSimpleName()));
    }
    Tensor x0 = batch.x0();
    Tensor noise = Tensor.empty(x0.device(), autoencoder.latents(x0.shape()));
    Noising.normal(noise, batch.first(), key.child("latents"));
    return measure
        .of(autoencoder, Variable.constant(x0), Variable.constant(noise))
        .loss();
  }
}
