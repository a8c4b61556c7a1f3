package brume.diffusion.network;

import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;
import brume.nn.karras.Halving;
import brume.nn.karras.KarrasUNetConfig;
import brume.nn.karras.Space;
import java.util.Collections;
import java.util.List;

/**
 * What the U-Nets of EDM2 have in common, be it for pictures, sequences or videos.
 *
 * @param dim channels of the finest stage
 * @param dimMax largest number of channels; from stage to stage they double until then
 * @param attentionSizes sizes of the longer side at which blocks attend; may be empty
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
public record KarrasBlocks(
    @About(
            value = "Channels of the finest stage; they double from stage to stage.",
            min = 1,
            max = 4096)
        int dim,
    @About(value = "Largest number of channels of a stage.", min = 1, max = 65536) int dimMax,
    @About(value = "Sizes of the longer side at which blocks attend.", min = 1, optional = true)
        List<Integer> attentionSizes,
    @About(value = "Channels of each head of attention.", min = 1, max = 4096) int headDim,
    @About(
            value = "Sines and cosines in all that tell the time, an even number.",
            min = 2,
            max = 4096)
        int fourierDim,
    @About(value = KarrasBlocks.TIME_SCALE, min = 0) double timeScale,
    @About(value = "Share of what the way down left, where it is concatenated.", min = 0, max = 1)
        double mixSkip,
    @About(value = "Share of the class, where it is added to the time.", min = 0, max = 1)
        double mixClass,
    @About(value = "Share of what was there before, where attention is added.", min = 0, max = 1)
        double mixAttention,
    @About(value = "Share of what was there before, where a block is added.", min = 0, max = 1)
        double mixBlock,
    @About(value = "Dropout rate inside the blocks.", min = 0, max = 0.99) double dropout,
    @About("Let the network see its former prediction.") boolean selfCondition) {

  static final String HALVINGS = "Halvings from the finest stage to the coarsest.";
  static final String BLOCKS = "Residual blocks of each stage.";
  private static final double MIX_CLASS = 0.5;
  static final String TIME_SCALE =
      "What times are multiplied by: 0.001 for steps, 1 for processes that tell log-sigma over 4.";

  /** Copies the list. {@inheritDoc} */
  public KarrasBlocks {
    attentionSizes = List.copyOf(attentionSizes);
  }

  /**
   * Few channels, and times in steps; shares as published.
   *
   * @param attentionSizes sizes of the longer side at which blocks attend
   */
  static KarrasBlocks small(List<Integer> attentionSizes) {
    return new KarrasBlocks(
        16, 64, attentionSizes, 16, 16, 0.001, 0.5, MIX_CLASS, 0.3, 0.3, 0, false);
  }

  /** Refuses numbers that the network refuses, too, by the names of the settings. */
  void requireFitting(Task task) {
    requireEffect(task, mixClass);
    SettingException.unless(
        dimMax >= dim, "{dimMax}: expected {dim} or more, %d, got %d", dim, dimMax);
    requireTimes(fourierDim, timeScale);
  }

  /** Refuses a share of classes that are never told. */
  static void requireEffect(Task task, double mixClass) {
    SettingException.unless(
        task.classes() > 0 || mixClass == MIX_CLASS,
        "{mixClass}: expected %s for a network that is told no classes, got %s; train it with {condition}"
            + " labels",
        MIX_CLASS,
        mixClass);
  }

  /** Refuses waves that cannot tell a time. */
  static void requireTimes(int fourierDim, double timeScale) {
    SettingException.unless(
        fourierDim % 2 == 0, "{fourierDim}: expected an even number, got %d", fourierDim);
    SettingException.unless(
        timeScale > 0, "{timeScale}: expected a number above 0, got %s", timeScale);
  }

  /** Refuses a side that cannot be halved so often. */
  static void requireHalving(int side, int halvings) {
    SettingException.unless(
        halvings < Integer.SIZE - 1 && side % (1 << halvings) == 0,
        "{halvings}: expected at most %d, as %d cannot be halved more often, got %d; give fewer"
            + " {halvings}, or data whose sizes are multiples of 2 to that power",
        Integer.numberOfTrailingZeros(side),
        side,
        halvings);
  }

  /** A network whose stages halve all sizes and have equally many blocks. */
  KarrasUNetConfig config(Space space, Task task, int halvings, int blocksPerStage) {
    return config(
        space,
        task,
        Math.max(task.height(), task.width()),
        Collections.nCopies(halvings, Halving.ALL),
        Collections.nCopies(halvings + 1, blocksPerStage),
        false);
  }

  /**
   * A network.
   *
   * @param size longer side of one picture or sequence
   * @param halvings what is halved from each stage to the next
   * @param blocksPerStage one number more than there are halvings
   * @param factorized whether blocks that change the size attend within frames, then across them
   */
  KarrasUNetConfig config(
      Space space,
      Task task,
      int size,
      List<Halving> halvings,
      List<Integer> blocksPerStage,
      boolean factorized) {
    return new KarrasUNetConfig(
        space,
        task.channels(),
        task.outChannels(),
        size,
        dim,
        dimMax,
        KarrasUNetConfig.withNone(task.classes()),
        blocksPerStage,
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
}
