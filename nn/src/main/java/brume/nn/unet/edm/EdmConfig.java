package brume.nn.unet.edm;

import static brume.nn.ConfigException.unless;

import java.util.List;

/**
 * What the networks of EDM have in common. Their parameters are named after resolutions, so that a
 * network knows the size of its pictures.
 *
 * @param channels of x
 * @param outChannels of the result
 * @param height of its pictures in pixels
 * @param width of its pictures in pixels
 * @param classes it is told; 0 for none
 * @param dim channels that the others are multiples of
 * @param mults channels of each level, finest first, as multiples of {@code dim}
 * @param timeMult channels of the embedded time, as a multiple of {@code dim}
 * @param blocks residual blocks of each level on the way down; there is one more on the way up
 * @param attentionSizes longer sides, in pixels, of the pictures of levels that attend; the coarsest level
 *     attends between the two ways in any case
 * @param dropout rate in the middle of a block, in [0, 1)
 */
public record EdmConfig(
    int channels,
    int outChannels,
    int height,
    int width,
    int classes,
    int dim,
    List<Integer> mults,
    int timeMult,
    int blocks,
    List<Integer> attentionSizes,
    double dropout) {

  /** Refuses sizes that do not fit together. {@inheritDoc} */
  public EdmConfig {
    mults = List.copyOf(mults);
    attentionSizes = List.copyOf(attentionSizes);
    unless(
        channels >= 1 && outChannels >= 1 && blocks >= 1 && timeMult >= 1 && classes >= 0,
        "unet: expected channels, outChannels, blocks and timeMult of 1 or more and classes of 0 or more, got"
            + " %d, %d, %d, %d and %d",
        channels,
        outChannels,
        blocks,
        timeMult,
        classes);
    unless(
        !mults.isEmpty() && mults.stream().allMatch(mult -> mult >= 1),
        "unet: expected one or more levels with a multiple of 1 or more each, got %s",
        mults);
    unless(
        dim >= 4 && dim % 2 == 0,
        "unet: expected an even number of 4 channels or more, got dim = %d",
        dim);
    unless(dropout >= 0 && dropout < 1, "dropout: expected a rate in [0, 1), got %s", dropout);
    int factor = 1 << (mults.size() - 1);
    unless(
        height >= 1 && width >= 1 && height % factor == 0 && width % factor == 0,
        "unet: expected height and width divisible by %d to be halved at every level, got %d×%d",
        factor,
        height,
        width);
  }

  int levels() {
    return mults.size();
  }

  int width(int level) {
    return dim * mults.get(level);
  }

  int timeDim() {
    return dim * timeMult;
  }

  boolean attendsAt(int level) {
    return attentionSizes.contains(Math.max(height, width) >> level);
  }

  /** What EDM begins the names of a level's parameters with. */
  String resolution(int level) {
    return (height >> level) + "x" + (width >> level);
  }

  /** Refuses channels that the groups of a normalization do not divide, those of both ways together, too. */
  void requireGroups(int first) {
    for (int level = 0; level < levels(); level++) {
      int wide = width(level);
      int finer = level == 0 ? first : width(level - 1);
      int coarser = width(Math.min(level + 1, levels() - 1));
      for (int channels : new int[] {first, wide, 2 * wide, wide + finer, coarser + wide}) {
        unless(
            channels % EdmBlock.groups(channels) == 0,
            "unet: expected channels that %d groups divide, got %d at level %d; choose another dim, such as a"
                + " multiple of 32",
            EdmBlock.groups(channels),
            channels,
            level);
      }
    }
  }
}
