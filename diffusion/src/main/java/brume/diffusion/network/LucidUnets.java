package brume.diffusion.network;

import brume.diffusion.settings.SettingException;
import brume.nn.unet.BlockVersion;

/** What the U-Nets of denoising-diffusion-pytorch for pictures and for sequences have in common. */
final class LucidUnets {

  private LucidUnets() {}

  /** Refuses what blocks of a generation cannot have. */
  static void requireFitting(BlockVersion blocks, int dim, int groups, double dropout) {
    if (blocks == BlockVersion.GROUP_NORM) {
      Levels.requireGroups("dim", dim, groups);
    }
    SettingException.unless(
        blocks == BlockVersion.RMS_NORM || dropout == 0,
        "{dropout}: expected 0, since {blocks} %s have none, got %s",
        blocks.toString().replace('_', '-'),
        dropout);
  }
}
