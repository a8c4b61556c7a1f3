package brume.nn.unet.lucid;

import static brume.nn.ConfigException.unless;

import brume.nn.layer.Domain;
import brume.nn.layer.TimeEncoding;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.ResBlockConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The settings of {@link UNet}. Start from {@link #image} or {@link #signal} and change what differs.
 *
 * @param version generation of the blocks
 * @param domain image or signal
 * @param channels of x, not counting the self-condition
 * @param outChannels of the result
 * @param dim channels that the others are multiples of; even, 4 or more
 * @param initialDim channels after the first convolution
 * @param multipliers channels of each level, finest first, as multiples of {@code dim}
 * @param selfCondition whether the network also sees its former prediction
 * @param groups of group normalization; divides all channels
 * @param dropout rate after the first half of a residual block, in [0, 1)
 * @param timeEncoding how times become numbers
 * @param attention kinds and heads of each level and the middle
 */
public record UNetConfig(
    BlockVersion version,
    Domain domain,
    int channels,
    int outChannels,
    int dim,
    int initialDim,
    List<Integer> multipliers,
    boolean selfCondition,
    int groups,
    double dropout,
    TimeEncoding timeEncoding,
    AttentionPlan attention) {

  /** Refuses sizes that do not fit together. {@inheritDoc} */
  public UNetConfig {
    multipliers = List.copyOf(multipliers);
    unless(dim >= 4 && dim % 2 == 0, "dim: expected an even number of 4 or more, got %d", dim);
    unless(
        channels >= 1 && outChannels >= 1 && initialDim >= 1,
        "channels: expected 1 or more, got channels = %d, outChannels = %d, initialDim = %d",
        channels,
        outChannels,
        initialDim);
    unless(
        !multipliers.isEmpty() && Collections.min(multipliers) >= 1,
        "multipliers: expected a positive number for each level, got %s",
        multipliers);
    unless(
        attention.levels().size() == multipliers.size(),
        "attention: expected settings for each of the %d levels, got %d",
        multipliers.size(),
        attention.levels().size());
    unless(
        version == BlockVersion.RMS_NORM || dropout == 0,
        "dropout: expected 0, since blocks of version %s have none, got %s",
        version,
        dropout);
    unless(dropout >= 0 && dropout < 1, "dropout: expected a rate in [0, 1), got %s", dropout);
    unless(
        version != BlockVersion.GROUP_NORM
            || groups >= 1 && divides(groups, dim, initialDim, multipliers),
        "groups: expected a divisor of initialDim and of dim times each of the multipliers, got"
            + " groups = %d with initialDim = %d, dim = %d and multipliers %s",
        groups,
        initialDim,
        dim,
        multipliers);
  }

  private static boolean divides(int groups, int dim, int initialDim, List<Integer> multipliers) {
    return initialDim % groups == 0
        && multipliers.stream().allMatch(multiplier -> dim * multiplier % groups == 0);
  }

  /**
   * A network for images with the defaults of its system: 8 groups, 4 heads of 32 channels, full
   * attention at the coarsest level and in the middle, linear attention elsewhere.
   *
   * @param version generation of the blocks
   * @param channels of x and of the result
   * @param dim channels that the others are multiples of
   * @param multipliers of each level, finest first; 1, 2, 4, 8 in the original
   * @return settings that can be changed before they are built
   */
  public static UNetBuilder image(
      BlockVersion version, int channels, int dim, List<Integer> multipliers) {
    AttentionPlan plan = AttentionPlan.image(
        multipliers.size(),
        List.of(),
        List.of(AttentionPlan.HEADS),
        List.of(AttentionPlan.HEAD_DIM),
        version.memory());
    return new UNetBuilder(version, Domain.IMAGE, channels, dim, multipliers, plan);
  }

  /**
   * A network for signals with the defaults of its system: linear attention of 4 heads of 32 channels
   * at all levels, full attention in the middle, no memory.
   *
   * @param version generation of the blocks
   * @param channels of x and of the result
   * @param dim channels that the others are multiples of
   * @param multipliers of each level, finest first
   * @return settings that can be changed before they are built
   */
  public static UNetBuilder signal(
      BlockVersion version, int channels, int dim, List<Integer> multipliers) {
    AttentionPlan plan =
        AttentionPlan.signal(multipliers.size(), AttentionPlan.HEADS, AttentionPlan.HEAD_DIM);
    return new UNetBuilder(version, Domain.SIGNAL, channels, dim, multipliers, plan);
  }

  /** Channels of the first convolution and of every level, finest first. */
  List<Integer> widths() {
    List<Integer> widths = new ArrayList<>();
    widths.add(initialDim);
    for (int multiplier : multipliers) {
      widths.add(dim * multiplier);
    }
    return widths;
  }

  /** Channels of the embedded time. */
  int timeDim() {
    return 4 * dim;
  }

  /** The settings of the residual blocks, which may be told a class beside the time. */
  ResBlockConfig blocks(boolean classes) {
    int known = classes ? 2 * timeDim() : timeDim();
    return new ResBlockConfig(version, domain, known, groups, dropout);
  }

  /** What height and width of an image, or length of a signal, must be a multiple of. */
  int downsampleFactor() {
    return 1 << (multipliers.size() - 1);
  }
}
