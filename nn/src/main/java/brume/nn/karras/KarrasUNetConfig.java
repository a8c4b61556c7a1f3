package brume.nn.karras;

import static brume.nn.ConfigException.unless;

import java.util.Collections;
import java.util.List;

/**
 * The settings of a {@link KarrasUNet}.
 *
 * @param space what the positions of x are
 * @param channels of x
 * @param outChannels of the result
 * @param size height and width of images and frames, or length of sequences; the larger one, if they
 *     differ
 * @param dim channels of the finest stage
 * @param dimMax largest number of channels; from stage to stage they double until then
 * @param classes that the network is told of its samples, the last of which may stand for no class; 0
 *     for none
 * @param blocks residual blocks of each stage, finest first
 * @param halvings from each stage to the next, one less than stages
 * @param attentionSizes sizes at which blocks attend
 * @param factorized whether blocks that resample attend first within frames, then across them
 * @param headDim channels of each head of attention
 * @param waves sines and cosines in all that tell the time, an even number
 * @param timeScale what times are multiplied by before; waves expect numbers of the order of one
 * @param mix shares of the sums and concatenations
 * @param dropout rate before the second convolution of a block, in [0, 1)
 * @param selfCondition whether a former estimate is seen, too
 */
public record KarrasUNetConfig(
    Space space,
    int channels,
    int outChannels,
    int size,
    int dim,
    int dimMax,
    int classes,
    List<Integer> blocks,
    List<Halving> halvings,
    List<Integer> attentionSizes,
    boolean factorized,
    int headDim,
    int waves,
    double timeScale,
    Mix mix,
    double dropout,
    boolean selfCondition) {

  /**
   * Shares of the second operand, from 0 to 1.
   *
   * @param skip of what comes from the way down, where it is concatenated
   * @param known of the class, where it is added to the time
   * @param attention of what was there before, where attention is added
   * @param block of what was there before, where a block is added
   */
  public record Mix(double skip, double known, double attention, double block) {

    /** Refuses shares outside of [0, 1]. {@inheritDoc} */
    public Mix {
      for (double share : new double[] {skip, known, attention, block}) {
        unless(share >= 0 && share <= 1, "mix: expected shares from 0 to 1, got %s", share);
      }
    }
  }

  /** Refuses sizes that do not fit together. {@inheritDoc} */
  public KarrasUNetConfig {
    blocks = List.copyOf(blocks);
    halvings = List.copyOf(halvings);
    attentionSizes = List.copyOf(attentionSizes);
    unless(
        channels >= 1 && outChannels >= 1 && dim >= 1 && dimMax >= dim && size >= 1 && headDim >= 1,
        "karras: expected sizes of 1 or more and a dimMax of dim or more, got channels = %d, outChannels = %d,"
            + " size = %d, dim = %d, dimMax = %d, headDim = %d",
        channels,
        outChannels,
        size,
        dim,
        dimMax,
        headDim);
    unless(
        blocks.size() == halvings.size() + 1 && Collections.min(blocks) >= 1,
        "karras: expected 1 block or more for each of %d stages, got %s",
        halvings.size() + 1,
        blocks);
    unless(
        space == Space.VIDEO || !factorized && halvings.stream().allMatch(Halving.ALL::equals),
        "karras: expected factorized attention and halvings of their own only for videos, got them"
            + " for %s",
        space);
    unless(waves >= 2 && waves % 2 == 0, "karras: expected an even number of waves, got %d", waves);
    unless(
        classes == 0 || classes > 1,
        "karras: expected 0 classes, or 2 and more of which the last stands for none, got %d",
        classes);
    unless(dropout >= 0 && dropout < 1, "dropout: expected a rate in [0, 1), got %s", dropout);
  }

  /**
   * What {@code classes} is for a network that may also be told no class, which is one class more for
   * it.
   *
   * @param classes how many there are; 0 for a network that is told none
   * @return one more, or 0
   */
  public static int withNone(int classes) {
    return classes == 0 ? 0 : classes + 1;
  }

  /** Channels of the embedded time and class. */
  int knownDim() {
    return 4 * dim;
  }

  /** What the size along an axis must be a multiple of to be halved as often as it will be. */
  int factor(int axis) {
    int factor = 1;
    for (Halving halving : halvings) {
      for (int halved : space.axes(halving)) {
        factor *= halved == axis ? 2 : 1;
      }
    }
    return factor;
  }
}
