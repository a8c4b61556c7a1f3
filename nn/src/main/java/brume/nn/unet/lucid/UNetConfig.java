package brume.nn.unet.lucid;

import brume.nn.layer.Domain;
import brume.nn.layer.TimeEncoding;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.ResBlockConfig;
import com.google.errorprone.annotations.FormatMethod;
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

  private static final double THETA = 10000; // Vaswani et al. (2017), §3.5

  /** Refuses sizes that do not fit together. {@inheritDoc} */
  public UNetConfig {
    multipliers = List.copyOf(multipliers);
    require(dim >= 4 && dim % 2 == 0, "dim: expected an even number of 4 or more, got %d", dim);
    require(
        channels >= 1 && outChannels >= 1 && initialDim >= 1,
        "channels: expected 1 or more, got channels = %d, outChannels = %d, initialDim = %d",
        channels,
        outChannels,
        initialDim);
    require(
        !multipliers.isEmpty() && Collections.min(multipliers) >= 1,
        "multipliers: expected a positive number for each level, got %s",
        multipliers);
    require(
        attention.levels().size() == multipliers.size(),
        "attention: expected settings for each of the %d levels, got %d",
        multipliers.size(),
        attention.levels().size());
    require(
        version == BlockVersion.RMS_NORM || dropout == 0,
        "dropout: expected 0, since blocks of version %s have none, got %s",
        version,
        dropout);
  }

  /**
   * A network for images with the defaults of its system: 8 groups, 4 heads of 32 channels, full
   * attention at the coarsest level and in the middle, linear attention elsewhere.
   *
   * @param version generation of the blocks
   * @param channels of x and of the result
   * @param dim channels that the others are multiples of
   * @param multipliers of each level, finest first; 1, 2, 4, 8 in the original
   * @return the settings
   */
  public static UNetConfig image(
      BlockVersion version, int channels, int dim, List<Integer> multipliers) {
    AttentionPlan plan = AttentionPlan.image(multipliers.size(), version.memory());
    return defaults(version, Domain.IMAGE, channels, dim, multipliers, plan);
  }

  /**
   * A network for signals with the defaults of its system: linear attention of 4 heads of 32 channels
   * at all levels, full attention in the middle, no memory.
   *
   * @param version generation of the blocks
   * @param channels of x and of the result
   * @param dim channels that the others are multiples of
   * @param multipliers of each level, finest first
   * @return the settings
   */
  public static UNetConfig signal(
      BlockVersion version, int channels, int dim, List<Integer> multipliers) {
    AttentionPlan plan = AttentionPlan.signal(multipliers.size());
    return defaults(version, Domain.SIGNAL, channels, dim, multipliers, plan);
  }

  private static UNetConfig defaults(
      BlockVersion version,
      Domain domain,
      int channels,
      int dim,
      List<Integer> multipliers,
      AttentionPlan plan) {
    return new UNetConfig(
        version,
        domain,
        channels,
        channels,
        dim,
        dim,
        multipliers,
        false,
        8,
        0,
        new TimeEncoding.Sinusoidal(THETA),
        plan);
  }

  /**
   * The same with other channels of the result, twice those of x to predict variances too.
   *
   * @param other how many
   * @return the settings
   */
  public UNetConfig withOutChannels(int other) {
    return new UNetConfig(
        version,
        domain,
        channels,
        other,
        dim,
        initialDim,
        multipliers,
        selfCondition,
        groups,
        dropout,
        timeEncoding,
        attention);
  }

  /**
   * The same with other channels after the first convolution.
   *
   * @param other how many
   * @return the settings
   */
  public UNetConfig withInitialDim(int other) {
    return new UNetConfig(
        version,
        domain,
        channels,
        outChannels,
        dim,
        other,
        multipliers,
        selfCondition,
        groups,
        dropout,
        timeEncoding,
        attention);
  }

  /**
   * The same seeing its former prediction, or not.
   *
   * @param other whether
   * @return the settings
   */
  public UNetConfig withSelfCondition(boolean other) {
    return new UNetConfig(
        version,
        domain,
        channels,
        outChannels,
        dim,
        initialDim,
        multipliers,
        other,
        groups,
        dropout,
        timeEncoding,
        attention);
  }

  /**
   * The same with other groups of group normalization.
   *
   * @param other how many
   * @return the settings
   */
  public UNetConfig withGroups(int other) {
    return new UNetConfig(
        version,
        domain,
        channels,
        outChannels,
        dim,
        initialDim,
        multipliers,
        selfCondition,
        other,
        dropout,
        timeEncoding,
        attention);
  }

  /**
   * The same with dropout.
   *
   * @param other the rate
   * @return the settings
   */
  public UNetConfig withDropout(double other) {
    return new UNetConfig(
        version,
        domain,
        channels,
        outChannels,
        dim,
        initialDim,
        multipliers,
        selfCondition,
        groups,
        other,
        timeEncoding,
        attention);
  }

  /**
   * The same with times encoded differently.
   *
   * @param other the encoding
   * @return the settings
   */
  public UNetConfig withTimeEncoding(TimeEncoding other) {
    return new UNetConfig(
        version,
        domain,
        channels,
        outChannels,
        dim,
        initialDim,
        multipliers,
        selfCondition,
        groups,
        dropout,
        other,
        attention);
  }

  /**
   * The same with other attention.
   *
   * @param other the plan
   * @return the settings
   */
  public UNetConfig withAttention(AttentionPlan other) {
    return new UNetConfig(
        version,
        domain,
        channels,
        outChannels,
        dim,
        initialDim,
        multipliers,
        selfCondition,
        groups,
        dropout,
        timeEncoding,
        other);
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

  /** The settings of the residual blocks. */
  ResBlockConfig blocks() {
    return new ResBlockConfig(version, domain, timeDim(), groups, dropout);
  }

  /** What height and width of an image, or length of a signal, must be a multiple of. */
  int downsampleFactor() {
    return 1 << (multipliers.size() - 1);
  }

  @FormatMethod
  private static void require(boolean ok, String format, Object... args) {
    if (!ok) {
      throw new IllegalArgumentException(format.formatted(args));
    }
  }
}
