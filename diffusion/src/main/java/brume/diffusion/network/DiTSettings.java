package brume.diffusion.network;

import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;
import brume.nn.Network;
import brume.nn.dit.DiT;
import brume.nn.dit.DiTConfig;
import brume.nn.layer.Activation;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;

/**
 * The diffusion transformer of Peebles and Xie (2022) as diffusers has it.
 *
 * @param patchSize side of the squares of pixels that become one token
 * @param layers blocks one behind the other
 * @param heads of attention
 * @param headDim channels of each head; a token has those of all heads
 * @param activation of the feed-forward parts
 * @param dropout rate behind attention and inside the feed-forward parts
 */
public record DiTSettings(
    @About(value = "Side of the squares of pixels that become one token.", min = 1, max = 64)
        int patchSize,
    @About(value = "Blocks one behind the other.", min = 1, max = 256) int layers,
    @About(value = "Heads of attention.", min = 1, max = 256) int heads,
    @About(
            value = "Channels of each head of attention; a token has those of all heads.",
            min = 1,
            max = 4096)
        int headDim,
    @About("Activation of the feed-forward parts.") Activation activation,
    @About(value = "Dropout rate inside the blocks.", min = 0, max = 0.99) double dropout)
    implements NetworkSettings {

  private static final double NORM_EPS = 1e-5; // the default of diffusers

  @Override
  public void requireFitting(Task task) {
    Transformers.requirePatches(task, patchSize);
    SettingException.unless(
        heads * headDim % 4 == 0,
        "{headDim}: expected channels of all heads together to be a multiple of 4, got %d for %d heads",
        headDim,
        heads);
  }

  @Override
  public Network create(Task task, Device device, RandomKey key) {
    requireFitting(task);
    return new DiT(device, key, config(task));
  }

  private DiTConfig config(Task task) {
    return new DiTConfig(
        task.channels(),
        task.outChannels(),
        task.height(),
        task.width(),
        task.classes(),
        patchSize,
        layers,
        heads,
        headDim,
        activation,
        NORM_EPS,
        dropout);
  }

  @Override
  public boolean hearsOfChanges() {
    return true;
  }

  @Override
  public String noun() {
    return "diffusion transformer";
  }
}
