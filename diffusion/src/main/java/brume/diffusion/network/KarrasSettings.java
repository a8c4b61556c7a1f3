package brume.diffusion.network;

import brume.diffusion.settings.About;
import brume.diffusion.settings.Inline;
import brume.nn.Network;
import brume.nn.karras.KarrasUNet;
import brume.nn.karras.Space;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * The U-Net of EDM2 for pictures, whose layers keep the magnitude of what they are given.
 *
 * @param halvings from the finest stage to the coarsest
 * @param blocksPerStage residual blocks of each stage
 * @param blocks what all U-Nets of EDM2 have in common
 */
public record KarrasSettings(
    @About(value = KarrasBlocks.HALVINGS, min = 0, max = 16) int halvings,
    @About(value = KarrasBlocks.BLOCKS, min = 1, max = 64) int blocksPerStage,
    @Inline KarrasBlocks blocks)
    implements NetworkSettings {

  @Override
  public void requireFitting(Task task) {
    KarrasBlocks.requireHalving(task.height(), halvings);
    KarrasBlocks.requireHalving(task.width(), halvings);
    blocks.requireFitting(task);
    blocks.config(Space.IMAGE, task, halvings, blocksPerStage);
  }

  @Override
  public Network create(Task task, Device device, RandomKey key) {
    requireFitting(task);
    return new KarrasUNet(device, key, blocks.config(Space.IMAGE, task, halvings, blocksPerStage));
  }

  @Override
  public OptionalDouble scaleOfTimes() {
    return OptionalDouble.of(blocks.timeScale());
  }

  @Override
  public boolean hearsOfChanges() {
    return true;
  }

  @Override
  public String noun() {
    return "U-Net of EDM2";
  }

  /** With fewer stages, down to one. */
  @Override
  public List<NetworkSettings> simpler() {
    return IntStream.range(0, halvings)
        .mapToObj(more -> halvings - 1 - more)
        .<NetworkSettings>map(fewer -> new KarrasSettings(fewer, blocksPerStage, blocks))
        .toList();
  }
}
