package brume.diffusion.network;

import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;
import brume.nn.Network;
import brume.nn.Role;
import brume.nn.unet.lucid.Trunk;
import brume.nn.unet.lucid.TrunkConfig;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;
import java.util.List;

/**
 * The way down of a U-Net, which tells classes.
 *
 * @param dim channels that the others are multiples of
 * @param mults channels of each level, finest first, as multiples of {@code dim}
 * @param blocksPerLevel residual blocks of each level
 * @param groups of group normalization
 * @param heads of attention at the coarsest level
 * @param headDim channels of each head
 */
public record TrunkSettings(
    @About(value = "Channels that the others are multiples of.", min = 4, max = 4096) int dim,
    @About(value = "Channels of each level, finest first, as multiples of dim.", min = 1)
        List<Integer> mults,
    @About(value = "Residual blocks of each level.", min = 1, max = 64) int blocksPerLevel,
    @About(value = "Groups of group normalization.", min = 1) int groups,
    @About(value = "Heads of attention.", min = 1, max = 256) int heads,
    @About(value = "Channels of each head of attention.", min = 1, max = 4096) int headDim)
    implements NetworkSettings {

  /** Copies the list. {@inheritDoc} */
  public TrunkSettings {
    mults = List.copyOf(mults);
  }

  @Override
  public void requireFitting(Task task) {
    Levels.requireHalving(task, "mults", mults.size());
    Levels.requireGroups("dim", dim, groups);
    SettingException.unless(
        dim % 2 == 0, "{dim}: expected an even number, as sines and cosines share it, got %d", dim);
  }

  @Override
  public Network create(Task task, Device device, RandomKey key) {
    requireFitting(task);
    return new Trunk(
        device,
        key,
        new TrunkConfig(
            task.channels(),
            task.outChannels(),
            dim,
            mults,
            blocksPerLevel,
            groups,
            heads,
            headDim));
  }

  @Override
  public Role role() {
    return Role.CLASSIFIER;
  }

  @Override
  public String noun() {
    return "trunk of a U-Net";
  }
}
