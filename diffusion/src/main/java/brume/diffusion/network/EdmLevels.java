package brume.diffusion.network;

import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;
import brume.nn.unet.edm.EdmConfig;
import java.util.List;

/**
 * What the networks of EDM have in common.
 *
 * @param dim channels that the others are multiples of
 * @param mults channels of each level, finest first, as multiples of {@code dim}
 * @param timeMult channels of the embedded time, as a multiple of {@code dim}
 * @param blocksPerLevel residual blocks of each level on the way down
 * @param attentionSizes longer sides of the pictures of levels that attend
 * @param dropout rate inside the blocks
 */
public record EdmLevels(
    @About(
            value = "Channels that the others are multiples of, an even number.",
            min = 4,
            max = 4096)
        int dim,
    @About(value = "Channels of each level, finest first, as multiples of dim.", min = 1)
        List<Integer> mults,
    @About(value = "Channels of the embedded time, as a multiple of dim.", min = 1, max = 64)
        int timeMult,
    @About(value = "Residual blocks of each level on the way down.", min = 1, max = 64)
        int blocksPerLevel,
    @About(value = "Sizes of the longer side at which levels attend.", min = 1, optional = true)
        List<Integer> attentionSizes,
    @About(value = "Dropout rate inside the blocks.", min = 0, max = 0.99) double dropout) {

  /** Copies the lists. {@inheritDoc} */
  public EdmLevels {
    mults = List.copyOf(mults);
    attentionSizes = List.copyOf(attentionSizes);
  }

  /** Levels small enough for two cores. */
  static EdmLevels small() {
    return new EdmLevels(32, List.of(1, 2, 2), 4, 2, List.of(8, 7), 0);
  }

  /** Refuses numbers that the network refuses, too, by the names of the settings. */
  void requireFitting(Task task) {
    Levels.requireHalving(task, "mults", mults.size());
    SettingException.unless(dim % 2 == 0, "{dim}: expected an even number, got %d", dim);
  }

  EdmConfig config(Task task) {
    return new EdmConfig(
        task.channels(),
        task.outChannels(),
        task.height(),
        task.width(),
        task.classes(),
        dim,
        mults,
        timeMult,
        blocksPerLevel,
        attentionSizes,
        dropout);
  }
}
