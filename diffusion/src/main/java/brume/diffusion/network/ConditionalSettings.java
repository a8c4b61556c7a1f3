package brume.diffusion.network;

import brume.diffusion.settings.About;
import brume.nn.Network;
import brume.nn.unet.blog.ConditionalUNet;
import brume.nn.unet.blog.ConditionalUNetConfig;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;

/**
 * The U-Net that looks at the time by cross-attention.
 *
 * @param dim channels of the finest level, doubled by each further one
 * @param timeDim channels of the encoded and the embedded time
 * @param levels how often the resolution is halved
 * @param groups of group normalization
 * @param attentionBias whether queries, keys and values have biases outside the middle
 */
public record ConditionalSettings(
    @About(
            value = "Channels of the finest level, doubled by each further one.",
            min = 4,
            max = 4096)
        int dim,
    @About(value = "Channels of the encoded and the embedded time.", min = 4, max = 65536)
        int timeDim,
    @About(value = "How often the resolution is halved.", min = 1, max = 12) int levels,
    @About(value = "Groups of group normalization.", min = 1) int groups,
    @About("Give queries, keys and values biases outside the middle.") boolean attentionBias)
    implements NetworkSettings {

  @Override
  public void requireFitting(Task task) {
    Levels.requireHalving(task, "levels", levels + 1);
    Levels.requireGroups("dim", dim, groups);
    config(task);
  }

  @Override
  public Network create(Task task, Device device, RandomKey key) {
    requireFitting(task);
    return new ConditionalUNet(device, key, config(task), task.classes());
  }

  private ConditionalUNetConfig config(Task task) {
    return new ConditionalUNetConfig(
        task.channels(), task.outChannels(), dim, timeDim, levels, groups, attentionBias);
  }

  @Override
  public boolean hearsOfChanges() {
    return true;
  }

  @Override
  public String noun() {
    return "conditional U-Net";
  }
}
