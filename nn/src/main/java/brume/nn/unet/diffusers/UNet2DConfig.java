package brume.nn.unet.diffusers;

import static brume.nn.ConfigException.unless;

import brume.nn.layer.TimeEncoding;
import java.util.List;

/**
 * The settings of {@link UNet2D}.
 *
 * @param channels of x
 * @param outChannels of the result
 * @param levels finest first
 * @param middle between the way down and the way up
 * @param blocks residual blocks of each level on the way down; there is one more on the way up
 * @param headDim channels of each head of attention; 0 for one head of all channels
 * @param timeEncoding how times become as many numbers as the finest level has channels
 * @param timeDim channels of the embedded time
 * @param scalesByTime whether time scales and shifts the second normalization of a block, or is added
 *     before it
 * @param groups of group normalization; divides all channels
 * @param eps of group normalization
 * @param halvingPadding zeros around images that a convolution halves; 0 for one row below and one
 *     column after
 * @param centersInput whether x is in [0, 1] and brought to [−1, 1] first
 * @param dropout rate in the middle of a residual block, in [0, 1)
 */
public record UNet2DConfig(
    int channels,
    int outChannels,
    List<Level> levels,
    Middle middle,
    int blocks,
    int headDim,
    TimeEncoding.Sinusoidal timeEncoding,
    int timeDim,
    boolean scalesByTime,
    int groups,
    double eps,
    int halvingPadding,
    boolean centersInput,
    double dropout) {

  /** How the resolution changes between levels. */
  public enum Resampling {
    /** By a convolution: of stride 2 on the way down, after repeating pixels on the way up. */
    CONVOLUTION,
    /** By a residual block that averages or repeats pixels in both of its branches. */
    RESIDUAL
  }

  /**
   * A level on one of the ways.
   *
   * @param attends whether attention follows every residual block
   * @param resampling how it leads to the next level
   */
  public record Side(boolean attends, Resampling resampling) {}

  /**
   * A resolution.
   *
   * @param width channels
   * @param down on the way down
   * @param up on the way up
   */
  public record Level(int width, Side down, Side up) {}

  /**
   * The two blocks at the coarsest resolution.
   *
   * @param attends whether attention is between them
   * @param groups of its normalization; 0 for none
   * @param divisor of the sums of blocks and attention with their inputs, 1 as a rule
   */
  public record Middle(boolean attends, int groups, double divisor) {}

  /** Refuses sizes that do not fit together. {@inheritDoc} */
  public UNet2DConfig {
    levels = List.copyOf(levels);
    unless(
        channels >= 1 && outChannels >= 1 && blocks >= 1 && timeDim >= 1,
        "unet: expected channels, outChannels, blocks and timeDim of 1 or more, got %d, %d, %d, %d",
        channels,
        outChannels,
        blocks,
        timeDim);
    unless(!levels.isEmpty(), "unet: expected at least one level, got none");
    unless(
        levels.get(0).width() >= 4,
        "unet: expected 4 channels or more at the finest level, which encode the time, got %d",
        levels.get(0).width());
    unless(
        halvingPadding == 0 || halvingPadding == 1,
        "unet: expected a padding of 0 or 1 around images to be halved, got %d",
        halvingPadding);
    unless(dropout >= 0 && dropout < 1, "dropout: expected a rate in [0, 1), got %s", dropout);
    for (Level level : levels) {
      unless(
          level.width() >= 1 && groups >= 1 && level.width() % groups == 0,
          "unet: expected groups that divide the channels of every level, got groups = %d and %d channels",
          groups,
          level.width());
      unless(
          headDim >= 0 && headDim <= level.width(),
          "unet: expected heads of at most the %d channels of a level, got headDim = %d",
          level.width(),
          headDim);
    }
  }

  int width(int level) {
    return levels.get(level).width();
  }
}
