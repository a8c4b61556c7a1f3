package brume.diffusion.network;

import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;
import brume.nn.Network;
import brume.nn.Role;
import brume.nn.autoencoder.AutoencoderConfig;
import brume.nn.autoencoder.AutoencoderKL;
import brume.nn.autoencoder.CoderConfig;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;
import java.util.List;

/**
 * The autoencoder of latent diffusion. What it makes of a picture is shifted and scaled where a run learns
 * from it, not here.
 *
 * @param widths channels of each level, finest first: block_out_channels; every level but the last halves
 *     the picture
 * @param blocksPerLevel residual blocks of each level of the encoder; the decoder has one more:
 *     layers_per_block
 * @param latentChannels numbers of a place of what pictures become: latent_channels
 * @param groups of group normalization: norm_num_groups
 * @param middleAttention whether the middle attends: mid_block_add_attention
 */
public record AutoencoderSettings(
    @About(value = "Channels of each level, finest first.", min = 1, max = 65536)
        List<Integer> widths,
    @About(value = "Residual blocks of each level of the encoder.", min = 1, max = 64)
        int blocksPerLevel,
    @About(value = "Numbers of a place of what pictures become.", min = 1, max = 1024)
        int latentChannels,
    @About(value = "Groups of group normalization.", min = 1) int groups,
    @About("Let the middle attend.") boolean middleAttention)
    implements NetworkSettings {

  /** Copies the list. {@inheritDoc} */
  public AutoencoderSettings {
    widths = List.copyOf(widths);
  }

  /**
   * How much smaller latents are.
   *
   * @return pixels of a picture along either axis for each place of a latent
   */
  public int factor() {
    return 1 << (widths.size() - 1);
  }

  @Override
  public void requireFitting(Task task) {
    SettingException.unless(
        task.height() > 1 && task.width() > 1,
        "{network}: expected another than autoencoder with {data} that are no pictures, got autoencoder");
    Levels.requireHalving(task, "widths", widths.size());
    for (int width : widths) {
      Levels.requireGroups("widths", width, groups);
    }
    config(task);
  }

  @Override
  public Network create(Task task, Device device, RandomKey key) {
    requireFitting(task);
    return new AutoencoderKL(device, key, config(task));
  }

  /**
   * The settings in the words of the network.
   *
   * @param task what it sees and tells
   * @return without shift and scale
   */
  public AutoencoderConfig config(Task task) {
    return new AutoencoderConfig(
        new CoderConfig(
            task.channels(),
            task.outChannels(),
            widths,
            blocksPerLevel,
            latentChannels,
            groups,
            middleAttention),
        true,
        true,
        1,
        0);
  }

  @Override
  public Role role() {
    return Role.AUTOENCODER;
  }

  @Override
  public String noun() {
    return "autoencoder";
  }
}
