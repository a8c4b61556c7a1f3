package brume.nn.dit;

import static brume.nn.ConfigException.unless;

import brume.nn.layer.Activation;

/**
 * All settings of a {@link DiT}.
 *
 * @param channels of x
 * @param outChannels of the answer; twice as many if variances are learned
 * @param height of x in pixels, a multiple of the patch
 * @param width of x in pixels, a multiple of the patch
 * @param classes that it is told; 0 for none
 * @param patch side of the squares of pixels that become one token
 * @param layers blocks one behind the other
 * @param heads of attention
 * @param headDim channels of each head
 * @param activation between the two layers of each feed-forward part
 * @param normEps added to the variance before the feed-forward part
 * @param dropout rate behind attention and inside the feed-forward part, in [0, 1)
 */
public record DiTConfig(
    int channels,
    int outChannels,
    int height,
    int width,
    int classes,
    int patch,
    int layers,
    int heads,
    int headDim,
    Activation activation,
    double normEps,
    double dropout) {

  /** Refuses sizes that do not fit together. {@inheritDoc} */
  public DiTConfig {
    unless(
        patch >= 1 && height % patch == 0 && width % patch == 0,
        "dit: expected height and width to be multiples of the patch %d, got %d × %d",
        patch,
        height,
        width);
    unless(
        heads >= 1 && headDim >= 1 && heads * headDim % 4 == 0,
        "dit: expected heads·headDim to be a multiple of 4, as sines and cosines of both coordinates"
            + " share it, got %d·%d",
        heads,
        headDim);
    unless(layers >= 1, "dit: expected 1 or more layers, got %d", layers);
    unless(classes >= 0, "dit: expected 0 (none) or more classes, got %d", classes);
  }

  /**
   * Channels of a token.
   *
   * @return those of all heads
   */
  public int dim() {
    return heads * headDim;
  }

  /** Rows of tokens. */
  int rows() {
    return height / patch;
  }

  /** Tokens of a row. */
  int columns() {
    return width / patch;
  }
}
