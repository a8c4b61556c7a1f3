package brume.diffusion.network;

import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;
import brume.nn.Network;
import brume.nn.layer.Domain;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.lucid.AttentionPlan;
import brume.nn.unet.lucid.UNet;
import brume.nn.unet.lucid.UNetConfig;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.List;

/**
 * The U-Net of denoising-diffusion-pytorch for pictures, in both of its generations.
 *
 * @param blocks generation
 * @param dim channels that the others are multiples of
 * @param mults channels of each level, finest first, as multiples of {@code dim}
 * @param initialDim channels after the first convolution; 0 for {@code dim}
 * @param groups of group normalization
 * @param heads of attention at each level, or one number for all
 * @param headDim channels of each head at each level, or one number for all
 * @param fullAttention whether each level attends in full or linearly; empty for full attention at the
 *     coarsest level only
 * @param selfCondition whether the network also sees its former prediction
 * @param dropout rate inside the blocks
 * @param times how the network is told the time
 */
public record UnetSettings(
    @About("Blocks, as in denoising-diffusion-pytorch 1.8.8, 2.3.1 or its guided U-Net.")
        BlockVersion blocks,
    @About(value = "Channels that the others are multiples of.", min = 4, max = 4096) int dim,
    @About(value = "Channels of each level, finest first, as multiples of dim.", min = 1)
        List<Integer> mults,
    @About(value = "Channels after the first convolution; 0 for dim.", min = 0, max = 4096)
        int initialDim,
    @About(value = "Groups of group normalization.", min = 1) int groups,
    @About(value = "Heads of attention at each level, or one number for all.", min = 1)
        List<Integer> heads,
    @About(value = "Channels of each head at each level, or one number for all.", min = 1)
        List<Integer> headDim,
    @About(
            value =
                "Whether each level attends in full (on) or linearly (off); empty: only the coarsest.",
            optional = true)
        List<Boolean> fullAttention,
    @About("Let the network see its former prediction.") boolean selfCondition,
    @About(value = "Dropout rate inside the blocks.", min = 0, max = 0.99) double dropout,
    @About("How the network is told the time.") TimeSettings times)
    implements NetworkSettings {

  /** Copies the lists. {@inheritDoc} */
  public UnetSettings {
    mults = List.copyOf(mults);
    heads = List.copyOf(heads);
    headDim = List.copyOf(headDim);
    fullAttention = List.copyOf(fullAttention);
  }

  /**
   * The network with the defaults of its authors.
   *
   * @param dim channels that the others are multiples of
   * @param mults channels of each level, finest first, as multiples of {@code dim}
   * @return the settings
   */
  public static UnetSettings of(int dim, List<Integer> mults) {
    return new UnetSettings(
        BlockVersion.GROUP_NORM,
        dim,
        mults,
        0,
        8,
        List.of(4),
        List.of(32),
        List.of(),
        false,
        0,
        new TimeEncodings.Sinusoidal(10000));
  }

  @Override
  public void requireFitting(Task task) {
    Levels.requireHalving(task, "mults", mults.size());
    LucidUnets.requireFitting(blocks, dim, groups, dropout);
    SettingException.unless(
        blocks != BlockVersion.GUIDED
            || fullAttention.isEmpty() && heads.size() == 1 && headDim.size() == 1,
        "{blocks}: expected no {fullAttention} and one number of {heads} and {headDim}, those of the"
            + " middle, with guided, got more");
    config(task);
  }

  @Override
  public Network create(Task task, Device device, RandomKey key) {
    requireFitting(task);
    return new UNet(device, key, config(task), task.classes());
  }

  private UNetConfig config(Task task) {
    return new UNetConfig(
        blocks,
        Domain.IMAGE,
        task.channels(),
        task.outChannels(),
        dim,
        initialDim == 0 ? dim : initialDim,
        mults,
        selfCondition,
        groups,
        dropout,
        times.create(),
        attention());
  }

  private AttentionPlan attention() {
    int levels = mults.size();
    return blocks == BlockVersion.GUIDED
        ? AttentionPlan.signal(levels, heads.get(0), headDim.get(0))
        : AttentionPlan.image(
            levels,
            fullAttention.isEmpty()
                ? fullAttention
                : Levels.each("fullAttention", fullAttention, levels),
            Levels.each("heads", heads, levels),
            Levels.each("headDim", headDim, levels),
            blocks.memory());
  }

  @Override
  public boolean hearsOfChanges() {
    return true;
  }

  @Override
  public String noun() {
    return "U-Net";
  }

  /** With fewer levels, down to one. */
  @Override
  public List<NetworkSettings> simpler() {
    List<NetworkSettings> simpler = new ArrayList<>();
    for (int levels = mults.size() - 1; levels >= 1; levels--) {
      simpler.add(new UnetSettings(
          blocks,
          dim,
          mults.subList(0, levels),
          initialDim,
          groups,
          heads,
          headDim,
          fullAttention,
          selfCondition,
          dropout,
          times));
    }
    return simpler;
  }
}
