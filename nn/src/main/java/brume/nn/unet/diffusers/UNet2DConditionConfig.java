package brume.nn.unet.diffusers;

import static brume.nn.ConfigException.unless;

import brume.nn.layer.Activation;
import brume.nn.layer.TimeEncoding;
import java.util.List;
import java.util.Optional;

/**
 * The settings of {@link UNet2DCondition}.
 *
 * @param channels of x
 * @param outChannels of the result
 * @param levels finest first
 * @param middle between the way down and the way up
 * @param textChannels of tokens if they are projected to those that all levels expect; 0 if they are not
 * @param tokenNorm of the tokens in levels of kind {@link Kind#SIMPLE_CROSS}
 * @param linearProjection whether transformers project by matrices, or by convolutions of 1×1
 * @param classes how classes, or what stands in their place, are told
 * @param added what is added to the time besides
 * @param timeEncoding how times become as many numbers as the finest level has channels
 * @param timeDim channels of the embedded time
 * @param timeActivation of the sum of all that is told; empty for none
 * @param resnet of the blocks
 * @param residual how blocks differ in the levels of the kinds {@link Kind#RESNET} and {@link
 *     Kind#SIMPLE_CROSS}
 * @param halvingPadding zeros around images that a convolution halves; 0 for one row below and one
 *     column after
 * @param centersInput whether x is in [0, 1] and brought to [−1, 1] first
 * @param firstKernel size of the filters of the first convolution
 * @param lastKernel size of the filters of the last convolution
 */
public record UNet2DConditionConfig(
    int channels,
    int outChannels,
    List<Level> levels,
    Middle middle,
    int textChannels,
    TokenNorm tokenNorm,
    boolean linearProjection,
    Classes classes,
    Added added,
    TimeEncoding.Sinusoidal timeEncoding,
    int timeDim,
    Optional<Activation> timeActivation,
    ResnetConfig resnet,
    Residual residual,
    int halvingPadding,
    boolean centersInput,
    int firstKernel,
    int lastKernel) {

  /** What a level is made of, and how it leads to the next. */
  public enum Kind {
    /** Residual blocks; convolutions between levels. */
    PLAIN,
    /** Each block is followed by a transformer; convolutions between levels. */
    CROSS,
    /** Residual blocks, between levels, too. */
    RESNET,
    /** Each block is followed by one attention to pixels and tokens at once; blocks between levels. */
    SIMPLE_CROSS;

    boolean isResidual() {
      return this == RESNET || this == SIMPLE_CROSS;
    }
  }

  /** Normalization of tokens. */
  public enum TokenNorm {
    /** None. */
    NONE,
    /** In 32 groups. */
    GROUP,
    /** Of each token by itself. */
    LAYER
  }

  /**
   * A resolution.
   *
   * @param width channels
   * @param down kind on the way down
   * @param up kind on the way up
   * @param blocks residual blocks on the way down; there is one more on the way up
   * @param heads number of heads of transformers; channels of a head of simple attention
   * @param transformerBlocks of each transformer
   * @param tokenChannels of the tokens
   * @param seesTokensOnly whether pixels do not attend to each other
   */
  public record Level(
      int width,
      Kind down,
      Kind up,
      int blocks,
      int heads,
      int transformerBlocks,
      int tokenChannels,
      boolean seesTokensOnly) {

    /**
     * A resolution whose pixels attend to each other.
     *
     * @param width channels
     * @param down kind on the way down
     * @param up kind on the way up
     * @param blocks residual blocks on the way down; there is one more on the way up
     * @param heads number of heads of transformers; channels of a head of simple attention
     * @param transformerBlocks of each transformer
     * @param tokenChannels of the tokens
     */
    public Level(
        int width,
        Kind down,
        Kind up,
        int blocks,
        int heads,
        int transformerBlocks,
        int tokenChannels) {
      this(width, down, up, blocks, heads, transformerBlocks, tokenChannels, false);
    }

    /**
     * The same resolution seen otherwise.
     *
     * @param tokensOnly whether pixels do not attend to each other
     * @return the resolution
     */
    public Level seeing(boolean tokensOnly) {
      return new Level(
          width, down, up, blocks, heads, transformerBlocks, tokenChannels, tokensOnly);
    }
  }

  /**
   * The blocks at the coarsest resolution: one for the kind {@link Kind#PLAIN}, else two with attention
   * between.
   *
   * @param kind plain, cross or simple cross
   * @param divisor of the sums of blocks with their inputs, 1 as a rule
   * @param seesTokensOnly whether pixels do not attend to each other in simple attention
   */
  public record Middle(Kind kind, double divisor, boolean seesTokensOnly) {}

  /**
   * What sets the blocks of residual levels apart.
   *
   * @param activatesTime whether the projection of time begins at the activated time
   * @param divisor of sums, 1 as a rule
   */
  public record Residual(boolean activatesTime, double divisor) {}

  /** How classes, or what stands in their place, are told. */
  public sealed interface Classes {

    /** Not at all. */
    record None() implements Classes {}

    /**
     * By a table.
     *
     * @param rows one for each label, such as levels of noise
     */
    record Table(int rows) implements Classes {}

    /** A number of each sample, encoded as times are, in two layers: the level of noise of a picture. */
    record Level() implements Classes {}

    /** The vector of each sample as it is, of as many channels as the embedded time. */
    record Same() implements Classes {}

    /**
     * The vector of each sample, projected.
     *
     * @param in its channels
     * @param layers 1 or 2
     */
    record Projected(int in, int layers) implements Classes {}
  }

  /** What is added to the time besides. */
  public sealed interface Added {

    /** Nothing. */
    record None() implements Added {}

    /**
     * The pooled tokens.
     *
     * @param heads of the attention that pools
     */
    record Text(int heads) implements Added {}

    /**
     * The vector of each sample and, behind it, its numbers, each encoded as times are, in two layers.
     *
     * @param each channels of an encoded number
     * @param in channels of all together
     */
    record TextAndNumbers(int each, int in) implements Added {}
  }

  /**
   * The form of Stable Diffusion 1, of any size: levels that attend to the words or do not.
   *
   * @param channels of x
   * @param outChannels of the result
   * @param levels finest first
   * @param added to the time besides; Stable Diffusion adds nothing
   * @param resnet of the blocks
   * @return the settings
   */
  public static UNet2DConditionConfig ofStableDiffusion(
      int channels, int outChannels, List<Level> levels, Added added, ResnetConfig resnet) {
    return new UNet2DConditionConfig(
        channels,
        outChannels,
        levels,
        new Middle(Kind.CROSS, 1, false),
        0,
        TokenNorm.NONE,
        false,
        new Classes.None(),
        added,
        new TimeEncoding.Sinusoidal(10000, true, 0),
        resnet.timeDim(),
        Optional.empty(),
        resnet,
        new Residual(true, 1),
        1,
        false,
        3,
        3);
  }

  /** Refuses sizes that do not fit together. {@inheritDoc} */
  public UNet2DConditionConfig {
    levels = List.copyOf(levels);
    unless(
        channels >= 1 && outChannels >= 1 && timeDim >= 1 && textChannels >= 0,
        "unet: expected channels, outChannels and timeDim of 1 or more and textChannels of 0 or more, got"
            + " %d, %d, %d, %d",
        channels,
        outChannels,
        timeDim,
        textChannels);
    unless(!levels.isEmpty(), "unet: expected at least one level, got none");
    unless(
        levels.get(0).width() >= 4,
        "unet: expected 4 channels or more at the finest level, which encode the time, got %d",
        levels.get(0).width());
    unless(
        halvingPadding == 0 || halvingPadding == 1,
        "unet: expected a padding of 0 or 1 around images to be halved, got %d",
        halvingPadding);
    unless(
        middle.kind() != Kind.RESNET,
        "unet: expected a middle of kind PLAIN, CROSS or SIMPLE_CROSS, got %s",
        middle.kind());
    unless(
        firstKernel % 2 == 1 && lastKernel % 2 == 1,
        "unet: expected filters of odd sizes at both ends, got %d and %d",
        firstKernel,
        lastKernel);
    for (Level level : levels) {
      requireFitting(level, resnet.groups());
    }
    int tokens = levels.get(0).tokenChannels();
    unless(
        textChannels == 0 || levels.stream().allMatch(level -> level.tokenChannels() == tokens),
        "unet: expected tokens of one width for all levels where they are projected, got %s",
        levels.stream().map(Level::tokenChannels).toList());
  }

  private static void requireFitting(Level level, int groups) {
    unless(
        level.width() >= 1 && level.width() % groups == 0,
        "unet: expected groups that divide the channels of every level, got groups = %d and %d channels",
        groups,
        level.width());
    unless(
        level.blocks() >= 1 && level.transformerBlocks() >= 1 && level.tokenChannels() >= 1,
        "unet: expected 1 or more blocks, transformer blocks and channels of tokens, got %d, %d and %d",
        level.blocks(),
        level.transformerBlocks(),
        level.tokenChannels());
    unless(
        level.heads() >= 1 && level.width() % level.heads() == 0,
        "unet: expected heads that divide the %d channels of a level, got %d",
        level.width(),
        level.heads());
  }

  /** Of group normalization. */
  int groups() {
    return resnet.groups();
  }
}
