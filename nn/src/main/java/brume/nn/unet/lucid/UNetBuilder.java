package brume.nn.unet.lucid;

import brume.nn.layer.Domain;
import brume.nn.layer.TimeEncoding;
import brume.nn.unet.BlockVersion;
import java.util.List;

/**
 * Settings of a {@link UNet} in the making: those of {@link UNetConfig#image} or {@link
 * UNetConfig#signal} until told what differs. Mutable.
 */
public final class UNetBuilder {

  private static final double THETA = 10000; // Vaswani et al. (2017), §3.5
  private static final int GROUPS = 8; // resnet_block_groups of denoising-diffusion-pytorch

  private final BlockVersion version;
  private final Domain domain;
  private final int channels;
  private final int dim;
  private final List<Integer> multipliers;
  private int outChannels;
  private int initialDim;
  private boolean selfCondition;
  private int groups = GROUPS;
  private double dropout;
  private TimeEncoding timeEncoding = new TimeEncoding.Sinusoidal(THETA);
  private AttentionPlan attention;

  UNetBuilder(
      BlockVersion version,
      Domain domain,
      int channels,
      int dim,
      List<Integer> multipliers,
      AttentionPlan attention) {
    this.version = version;
    this.domain = domain;
    this.channels = channels;
    this.dim = dim;
    this.multipliers = multipliers;
    this.outChannels = channels;
    this.initialDim = dim;
    this.attention = attention;
  }

  /**
   * Changes the channels of the result.
   *
   * @param count how many, twice those of x to predict variances too
   * @return this
   */
  public UNetBuilder outChannels(int count) {
    this.outChannels = count;
    return this;
  }

  /**
   * Changes the channels after the first convolution.
   *
   * @param count how many
   * @return this
   */
  public UNetBuilder initialDim(int count) {
    this.initialDim = count;
    return this;
  }

  /**
   * Changes whether the network also sees its former prediction.
   *
   * @param sees whether
   * @return this
   */
  public UNetBuilder selfCondition(boolean sees) {
    this.selfCondition = sees;
    return this;
  }

  /**
   * Changes the groups of group normalization.
   *
   * @param count how many
   * @return this
   */
  public UNetBuilder groups(int count) {
    this.groups = count;
    return this;
  }

  /**
   * Changes the dropout of residual blocks.
   *
   * @param rate in [0, 1)
   * @return this
   */
  public UNetBuilder dropout(double rate) {
    this.dropout = rate;
    return this;
  }

  /**
   * Changes how times become numbers.
   *
   * @param encoding sines of fixed, random or learned frequencies
   * @return this
   */
  public UNetBuilder timeEncoding(TimeEncoding encoding) {
    this.timeEncoding = encoding;
    return this;
  }

  /**
   * Changes where the network attends.
   *
   * @param plan kinds and heads
   * @return this
   */
  public UNetBuilder attention(AttentionPlan plan) {
    this.attention = plan;
    return this;
  }

  /**
   * The settings.
   *
   * @return all together
   * @throws brume.nn.ConfigException if they do not fit together
   */
  public UNetConfig build() {
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
        attention);
  }
}
