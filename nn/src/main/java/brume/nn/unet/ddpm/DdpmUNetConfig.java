package brume.nn.unet.ddpm;

import static brume.nn.ConfigException.unless;

import java.util.Collections;
import java.util.List;

/**
 * The settings of {@link DdpmUNet}. Start from {@link #of} and change what differs.
 *
 * @param channels of x
 * @param outChannels of the result
 * @param dim channels that the others are multiples of, and numbers that encode a time
 * @param timeDim channels of the embedded time
 * @param multipliers channels of each level, finest first, as multiples of {@code dim}; the first is 1
 * @param blocks residual blocks of each level on the way down; there is one more on the way up
 * @param attention whether each level attends, finest first
 * @param groups of group normalization; divides all channels
 * @param dropout rate in the middle of a residual block, in [0, 1)
 * @param convolvedResampling whether halving and doubling are followed by a convolution
 */
public record DdpmUNetConfig(
    int channels,
    int outChannels,
    int dim,
    int timeDim,
    List<Integer> multipliers,
    int blocks,
    List<Boolean> attention,
    int groups,
    double dropout,
    boolean convolvedResampling) {

  /** Refuses sizes that do not fit together. {@inheritDoc} */
  public DdpmUNetConfig {
    multipliers = List.copyOf(multipliers);
    attention = List.copyOf(attention);
    unless(dim >= 4, "dim: expected 4 or more, got %d", dim);
    unless(
        channels >= 1 && outChannels >= 1 && timeDim >= 1 && blocks >= 1,
        "unet: expected channels, outChannels, timeDim and blocks of 1 or more, got %d, %d, %d, %d",
        channels,
        outChannels,
        timeDim,
        blocks);
    unless(
        !multipliers.isEmpty() && multipliers.get(0) == 1 && Collections.min(multipliers) >= 1,
        "multipliers: expected a positive number for each level, the first of them 1, got %s",
        multipliers);
    unless(
        attention.size() == multipliers.size(),
        "attention: expected yes or no for each of the %d levels, got %d",
        multipliers.size(),
        attention.size());
    unless(
        groups >= 1 && dim % groups == 0,
        "groups: expected a divisor of all channels, got groups = %d with dim = %d",
        groups,
        dim);
    unless(dropout >= 0 && dropout < 1, "dropout: expected a rate in [0, 1), got %s", dropout);
  }

  /**
   * A network with the defaults of its system: two residual blocks a level, no dropout, convolutions
   * after halving and doubling, times embedded in four times dim channels, 32 groups.
   *
   * @param channels of x and of the result
   * @param dim channels that the others are multiples of, a multiple of 32
   * @param multipliers of each level, finest first
   * @param attention whether each level attends, finest first
   * @return the settings
   */
  public static DdpmUNetConfig of(
      int channels, int dim, List<Integer> multipliers, List<Boolean> attention) {
    return new DdpmUNetConfig(
        channels, channels, dim, 4 * dim, multipliers, 2, attention, 32, 0, true);
  }

  /**
   * The network of Ho et al. for 32×32 pixels: 128 channels, multiples 1, 2, 2, 2, attention at 16×16,
   * dropout 0.1.
   *
   * @return the settings
   */
  public static DdpmUNetConfig cifar10() {
    return new DdpmUNetConfig(
        3, 3, 128, 512, List.of(1, 2, 2, 2), 2, List.of(false, true, false, false), 32, 0.1, true);
  }

  int levels() {
    return multipliers.size();
  }

  /** Channels of a level. */
  int width(int level) {
    return dim * multipliers.get(level);
  }
}
