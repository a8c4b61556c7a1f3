package brume.nn.layer;

import brume.autograd.Variable;
import brume.nn.Denoiser;
import brume.nn.Network;
import brume.nn.Query;

/**
 * A denoiser that is told with every question what was done to the samples before noise was added, so that
 * it need not take it for a trait of the data. Who asks it without this wrapper asks for data to which
 * nothing was done: that is all zeros, of which a layer without bias makes nothing.
 *
 * @param original has {@linkplain Network#knownChannels blocks that are told} of it
 * @param layer without bias, from what was done to the channels of that
 * @param done (N, K) numbers that describe it; zeros where nothing was done
 * @see <a href="https://arxiv.org/abs/2206.00364">Karras et al., Elucidating the Design Space of
 *     Diffusion-Based Generative Models (2022), appendix F.2</a>
 */
public record Augmented(Denoiser original, Linear layer, Variable done) implements Denoiser {

  @Override
  public Variable predict(Query query) {
    return original.predict(query.withCondition(query.condition().withAdded(layer.forward(done))));
  }

  @Override
  public boolean isSelfConditioned() {
    return original.isSelfConditioned();
  }
}
