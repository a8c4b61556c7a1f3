package brume.nn.unet.blog;

import static brume.nn.ConfigException.unless;

import brume.nn.layer.AttentionConfig;
import brume.nn.layer.AttentionKind;
import brume.nn.layer.Domain;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.ResBlockConfig;

/**
 * The settings of {@link ConditionalUNet}.
 *
 * @param channels of x
 * @param outChannels of the result
 * @param initialDim channels of the finest level, doubled by each further one; even
 * @param timeDim channels of the encoded and of the embedded time, 4 or more
 * @param levels how often the resolution is halved, at least once
 * @param groups of group normalization; divides {@code initialDim}
 * @param attentionBias whether queries, keys and values have biases outside the middle
 */
public record ConditionalUNetConfig(
    int channels,
    int outChannels,
    int initialDim,
    int timeDim,
    int levels,
    int groups,
    boolean attentionBias) {

  private static final int HEADS = 4, HEAD_DIM = 32;

  /** Refuses sizes that do not fit together. {@inheritDoc} */
  public ConditionalUNetConfig {
    unless(
        channels >= 1 && outChannels >= 1 && levels >= 1 && timeDim >= 4,
        "unet: expected channels, outChannels and levels of 1 or more and a timeDim of 4 or more, got"
            + " %d, %d, %d, %d",
        channels,
        outChannels,
        levels,
        timeDim);
    unless(
        initialDim >= 1 && groups >= 1 && initialDim % groups == 0,
        "groups: expected a divisor of initialDim, got groups = %d and initialDim = %d",
        groups,
        initialDim);
  }

  /**
   * A network with the defaults of its system: four levels, 8 groups, attention without biases.
   *
   * @param channels of x and of the result
   * @param initialDim channels of the finest level
   * @param timeDim channels of the encoded and of the embedded time
   * @return the settings
   */
  public static ConditionalUNetConfig of(int channels, int initialDim, int timeDim) {
    return new ConditionalUNetConfig(channels, channels, initialDim, timeDim, 4, 8, false);
  }

  /** Channels of a level, finest first; one more than there are levels, the last in the middle. */
  int width(int level) {
    return initialDim << level;
  }

  /** Residual blocks that do not see the time. */
  ResBlockConfig blocks() {
    return new ResBlockConfig(BlockVersion.GROUP_NORM, Domain.IMAGE, 0, groups, 0);
  }

  AttentionConfig attention(AttentionKind kind) {
    return AttentionConfig.of(kind, HEADS, HEAD_DIM);
  }

  /** What height and width must be a multiple of. */
  int downsampleFactor() {
    return 1 << levels;
  }
}
