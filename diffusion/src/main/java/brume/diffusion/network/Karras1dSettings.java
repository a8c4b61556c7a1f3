package brume.diffusion.network;

import brume.diffusion.settings.About;
import brume.nn.Network;
import brume.nn.karras.Halving;
import brume.nn.karras.KarrasUNet;
import brume.nn.karras.KarrasUNetConfig;
import brume.nn.karras.Space;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The U-Net of EDM2 for sequences, whose layers keep the magnitude of what they are given.
 *
 * @param dim channels of the finest stage
 * @param dimMax largest number of channels; from stage to stage they double until then
 * @param halvings from the finest stage to the coarsest
 * @param blocksPerStage residual blocks of each stage
 * @param attentionSizes sizes at which blocks attend; may be empty
 * @param headDim channels of each head of attention
 * @param fourierDim sines and cosines in all that tell the time
 * @param timeScale what times are multiplied by before
 * @param mixSkip share of what the way down left, where it is concatenated
 * @param mixClass share of the class, where it is added to the time
 * @param mixAttention share of what was there before, where attention is added
 * @param mixBlock share of what was there before, where a block is added
 * @param dropout rate inside the blocks
 * @param selfCondition whether the network also sees its former prediction
 */
public record Karras1dSettings(
    @About(
            value = "Channels of the finest stage; they double from stage to stage.",
            min = 1,
            max = 4096)
        int dim,
    @About(value = "Largest number of channels of a stage.", min = 1, max = 65536) int dimMax,
    @About(value = "Halvings from the finest stage to the coarsest.", min = 0, max = 16)
        int halvings,
    @About(value = "Residual blocks of each stage.", min = 1, max = 64) int blocksPerStage,
    @About(value = "Sizes at which blocks attend.", min = 1, optional = true)
        List<Integer> attentionSizes,
    @About(value = "Channels of each head of attention.", min = 1, max = 4096) int headDim,
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

  /** Copies the list. {@inheritDoc} */
  public Karras1dSettings {
    attentionSizes = List.copyOf(attentionSizes);
  }

  @Override
  public void requireFitting(Task task) {
    KarrasUnets.requireSequences(task);
    KarrasUnets.requireHalving(task.width(), halvings);
    KarrasUnets.requireFitting(dim, dimMax, fourierDim, timeScale);
    config(task);
  }

  @Override
  public Network create(Task task, Device device, RandomKey key) {
    requireFitting(task);
    return new KarrasUNet(device, key, config(task));
  }

  private KarrasUNetConfig config(Task task) {
    return new KarrasUNetConfig(
        Space.SEQUENCE,
        task.channels(),
        task.outChannels(),
        task.width(),
        dim,
        dimMax,
        0,
        Collections.nCopies(halvings + 1, blocksPerStage),
        Collections.nCopies(halvings, Halving.ALL),
        attentionSizes,
        false,
        headDim,
        fourierDim,
        timeScale,
        new KarrasUNetConfig.Mix(mixSkip, mixClass, mixAttention, mixBlock),
        dropout,
        selfCondition);
  }

  @Override
  public String noun() {
    return "1-D U-Net of EDM2";
  }

  /** With fewer stages, down to one. */
  @Override
  public List<NetworkSettings> simpler() {
    List<NetworkSettings> simpler = new ArrayList<>();
    for (int fewer = halvings - 1; fewer >= 0; fewer--) {
      simpler.add(new Karras1dSettings(
          dim,
          dimMax,
          fewer,
          blocksPerStage,
          attentionSizes,
          headDim,
          fourierDim,
          timeScale,
          mixSkip,
          mixClass,
          mixAttention,
          mixBlock,
          dropout,
          selfCondition));
    }
    return simpler;
  }
}
