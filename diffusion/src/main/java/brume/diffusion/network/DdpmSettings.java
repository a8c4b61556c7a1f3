package brume.diffusion.network;

import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;
import brume.nn.Network;
import brume.nn.unet.ddpm.DdpmUNet;
import brume.nn.unet.ddpm.DdpmUNetConfig;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;
import java.util.List;

/**
 * The U-Net of Ho et al. (2020) as ddpm-torch has it.
 *
 * @param dim channels of the finest level, that the others are multiples of
 * @param mults channels of each level, finest first, as multiples of {@code dim}; the first is 1
 * @param blocksPerLevel residual blocks of each level on the way down
 * @param attention whether each level attends
 * @param timeDim channels of the embedded time; 0 for four times {@code dim}
 * @param groups of group normalization
 * @param dropout rate inside the blocks
 * @param resampleConv whether halving and doubling are followed by a convolution
 */
public record DdpmSettings(
    @About(value = "Channels that the others are multiples of.", min = 4, max = 4096) int dim,
    @About(
            value = "Channels of each level, finest first, as multiples of dim; the first is 1.",
            min = 1)
        List<Integer> mults,
    @About(value = "Residual blocks of each level on the way down.", min = 1, max = 64)
        int blocksPerLevel,
    @About("Whether each level attends, finest first, or one answer for all.")
        List<Boolean> attention,
    @About(value = "Channels of the embedded time; 0 for four times dim.", min = 0, max = 65536)
        int timeDim,
    @About(value = "Groups of group normalization.", min = 1) int groups,
    @About(value = "Dropout rate inside the blocks.", min = 0, max = 0.99) double dropout,
    @About("Follow halving and doubling by a convolution.") boolean resampleConv)
    implements NetworkSettings {

  /** Copies the lists. {@inheritDoc} */
  public DdpmSettings {
    mults = List.copyOf(mults);
    attention = List.copyOf(attention);
  }

  @Override
  public void requireFitting(Task task) {
    Levels.requireHalving(task, "mults", mults.size());
    SettingException.unless(
        mults.get(0) == 1, "{mults}: expected 1 for the finest level, got %d", mults.get(0));
    Levels.requireGroups("dim", dim, groups);
    config(task);
  }

  @Override
  public Network create(Task task, Device device, RandomKey key) {
    requireFitting(task);
    return new DdpmUNet(device, key, config(task), task.classes());
  }

  private DdpmUNetConfig config(Task task) {
    return new DdpmUNetConfig(
        task.channels(),
        task.outChannels(),
        dim,
        timeDim == 0 ? 4 * dim : timeDim,
        mults,
        blocksPerLevel,
        Levels.each("attention", attention, mults.size()),
        groups,
        dropout,
        resampleConv);
  }

  @Override
  public boolean hearsOfChanges() {
    return true;
  }

  @Override
  public String noun() {
    return "U-Net of Ho et al.";
  }
}
