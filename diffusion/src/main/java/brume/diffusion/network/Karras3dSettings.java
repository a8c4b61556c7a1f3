package brume.diffusion.network;

import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;
import brume.nn.Network;
import brume.nn.karras.Halving;
import brume.nn.karras.KarrasUNet;
import brume.nn.karras.KarrasUNetConfig;
import brume.nn.karras.Space;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;
import java.util.List;

/**
 * The U-Net of EDM2 for videos. A video is a picture whose frames lie one below the other.
 *
 * @param frames of a video
 * @param dim channels of the finest stage
 * @param dimMax largest number of channels; from stage to stage they double until then
 * @param halvings what is halved from each stage to the next; may be empty
 * @param blocksPerStage residual blocks of each stage, finest first, or one number for all
 * @param attentionSizes sizes of the longer side at which blocks attend; may be empty
 * @param headDim channels of each head of attention
 * @param factorized whether blocks that change the size attend within frames, then across them
 * @param fourierDim sines and cosines in all that tell the time
 * @param timeScale what times are multiplied by before
 * @param mixSkip share of what the way down left, where it is concatenated
 * @param mixClass share of the class, where it is added to the time
 * @param mixAttention share of what was there before, where attention is added
 * @param mixBlock share of what was there before, where a block is added
 * @param dropout rate inside the blocks
 * @param selfCondition whether the network also sees its former prediction
 */
public record Karras3dSettings(
    @About(
            value = "Frames of a video, which lie one below the other in a picture.",
            min = 1,
            max = 65536)
        int frames,
    @About(
            value = "Channels of the finest stage; they double from stage to stage.",
            min = 1,
            max = 4096)
        int dim,
    @About(value = "Largest number of channels of a stage.", min = 1, max = 65536) int dimMax,
    @About(value = "What is halved from each stage to the next.", optional = true)
        List<Halving> halvings,
    @About(value = "Residual blocks of each stage, finest first, or one number for all.", min = 1)
        List<Integer> blocksPerStage,
    @About(value = "Sizes of the longer side at which blocks attend.", min = 1, optional = true)
        List<Integer> attentionSizes,
    @About(value = "Channels of each head of attention.", min = 1, max = 4096) int headDim,
    @About("Let blocks that change the size attend within frames, then across them.")
        boolean factorized,
    @About(
            value = "Sines and cosines in all that tell the time, an even number.",
            min = 2,
            max = 4096)
        int fourierDim,
    @About(value = KarrasUnets.TIME_SCALE, min = 0) double timeScale,
    @About(value = "Share of what the way down left, where it is concatenated.", min = 0, max = 1)
        double mixSkip,
    @About(value = "Share of the class, where it is added to the time.", min = 0, max = 1)
        double mixClass,
    @About(value = "Share of what was there before, where attention is added.", min = 0, max = 1)
        double mixAttention,
    @About(value = "Share of what was there before, where a block is added.", min = 0, max = 1)
        double mixBlock,
    @About(value = "Dropout rate inside the blocks.", min = 0, max = 0.99) double dropout,
    @About("Let the network see its former prediction.") boolean selfCondition)
    implements NetworkSettings {

  /** Copies the lists. {@inheritDoc} */
  public Karras3dSettings {
    halvings = List.copyOf(halvings);
    blocksPerStage = List.copyOf(blocksPerStage);
    attentionSizes = List.copyOf(attentionSizes);
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
    KarrasUnets.requireHalving(frames, ofFrames);
    KarrasUnets.requireHalving(task.height() / frames, ofImages);
    KarrasUnets.requireHalving(task.width(), ofImages);
    KarrasUnets.requireFitting(dim, dimMax, fourierDim, timeScale);
    config(task);
  }

  @Override
  public Network create(Task task, Device device, RandomKey key) {
    requireFitting(task);
    return new OfFrames(new KarrasUNet(device, key, config(task)), frames);
  }

  private KarrasUNetConfig config(Task task) {
    return new KarrasUNetConfig(
        Space.VIDEO,
        task.channels(),
        task.outChannels(),
        Math.max(task.height() / frames, task.width()),
        dim,
        dimMax,
        0,
        Levels.each("blocksPerStage", blocksPerStage, halvings.size() + 1),
        halvings,
        attentionSizes,
        factorized,
        headDim,
        fourierDim,
        timeScale,
        new KarrasUNetConfig.Mix(mixSkip, mixClass, mixAttention, mixBlock),
        dropout,
        selfCondition);
  }

  @Override
  public String noun() {
    return "3-D U-Net of EDM2";
  }
}
