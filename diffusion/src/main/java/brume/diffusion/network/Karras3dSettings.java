package brume.diffusion.network;

import brume.diffusion.settings.About;
import brume.diffusion.settings.Inline;
import brume.diffusion.settings.SettingException;
import brume.nn.Network;
import brume.nn.karras.Halving;
import brume.nn.karras.KarrasUNet;
import brume.nn.karras.KarrasUNetConfig;
import brume.nn.karras.Space;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The U-Net of EDM2 for videos. A video is a picture whose frames lie one below the other.
 *
 * @param frames of a video
 * @param halvings what is halved from each stage to the next; may be empty
 * @param blocksPerStage residual blocks of each stage, finest first, or one number for all
 * @param factorized whether blocks that change the size attend within frames, then across them
 * @param blocks what all U-Nets of EDM2 have in common
 */
public record Karras3dSettings(
    @About(
            value = "Frames of a video, which lie one below the other in a picture.",
            min = 1,
            max = 65536)
        int frames,
    @About(value = "What is halved from each stage to the next.", optional = true)
        List<Halving> halvings,
    @About(value = "Residual blocks of each stage, finest first, or one number for all.", min = 1)
        List<Integer> blocksPerStage,
    @About("Let blocks that change the size attend within frames, then across them.")
        boolean factorized,
    @Inline KarrasBlocks blocks)
    implements NetworkSettings {

  /** Copies the lists. {@inheritDoc} */
  public Karras3dSettings {
    halvings = List.copyOf(halvings);
    blocksPerStage = List.copyOf(blocksPerStage);
  }

  @Override
  public void requireFitting(Task task) {
    SettingException.unless(
        task.height() % frames == 0,
        "{frames}: expected a divisor of the height of the pictures, %d, in which frames lie one below the"
            + " other, got %d",
        task.height(),
        frames);
    int ofFrames = 0, ofImages = 0;
    for (Halving halving : halvings) {
      ofFrames += halving == Halving.IMAGE ? 0 : 1;
      ofImages += halving == Halving.FRAME ? 0 : 1;
    }
    KarrasBlocks.requireHalving(frames, ofFrames);
    KarrasBlocks.requireHalving(task.height() / frames, ofImages);
    KarrasBlocks.requireHalving(task.width(), ofImages);
    blocks.requireFitting(task);
    config(task);
  }

  @Override
  public Network create(Task task, Device device, RandomKey key) {
    requireFitting(task);
    return new OfFrames(new KarrasUNet(device, key, config(task)), frames);
  }

  private KarrasUNetConfig config(Task task) {
    return blocks.config(
        Space.VIDEO,
        task,
        Math.max(task.height() / frames, task.width()),
        halvings,
        Levels.each("blocksPerStage", blocksPerStage, halvings.size() + 1),
        factorized);
  }

  @Override
  public OptionalDouble scaleOfTimes() {
    return OptionalDouble.of(blocks.timeScale());
  }

  @Override
  public String noun() {
    return "3-D U-Net of EDM2";
  }
}
