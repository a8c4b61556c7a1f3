package brume.nn.prior;

import static brume.nn.ConfigException.unless;

import brume.nn.layer.Activation;

/**
 * The settings of a {@link PriorTransformer}.
 *
 * @param channels of the vectors of pictures and of words, and of tokens
 * @param tokens how many tokens of words there are
 * @param layers blocks one behind the other
 * @param heads of attention
 * @param headDim channels of each head
 * @param timeActivation between the two layers of the embedded time
 * @param normalizesVectors whether the vector of words is normalized before it is projected
 * @param normalizesTokens whether all tokens are normalized before the blocks
 */
public record PriorConfig(
    int channels,
    int tokens,
    int layers,
    int heads,
    int headDim,
    Activation timeActivation,
    boolean normalizesVectors,
    boolean normalizesTokens) {

  /** Refuses sizes that do not fit together. {@inheritDoc} */
  public PriorConfig {
    unless(
        channels >= 1 && tokens >= 1 && layers >= 1,
        "prior: expected channels, tokens and layers of 1 or more, got %d, %d, %d",
        channels,
        tokens,
        layers);
    unless(
        heads >= 1 && headDim >= 1 && heads * headDim >= 4,
        "prior: expected heads·headDim of 4 or more, which encode the time, got %d·%d",
        heads,
        headDim);
  }

  /**
   * Channels of a token inside.
   *
   * @return those of all heads
   */
  public int dim() {
    return heads * headDim;
  }
}
