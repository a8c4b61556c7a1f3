package brume.nn.joint;

import static brume.nn.ConfigException.unless;

/**
 * The settings of a {@link JointTransformer}.
 *
 * @param channels of x
 * @param outChannels of the answer
 * @param patch side of the squares of pixels that become one token
 * @param layers blocks one behind the other
 * @param heads of attention
 * @param headDim channels of each head
 * @param tokenChannels of the tokens of words
 * @param vectorChannels of the vector of words
 * @param mostPlaces rows, and columns, of the table of places; pictures take its middle
 * @param side rows of tokens of the pictures that it was trained with first, which the table is scaled to
 * @param normalizesHeads whether queries and keys of each head are normalized
 */
public record JointConfig(
    int channels,
    int outChannels,
    int patch,
    int layers,
    int heads,
    int headDim,
    int tokenChannels,
    int vectorChannels,
    int mostPlaces,
    int side,
    boolean normalizesHeads) {

  /** Refuses sizes that do not fit together. {@inheritDoc} */
  public JointConfig {
    unless(
        channels >= 1 && outChannels >= 1 && patch >= 1 && layers >= 1 && side >= 1,
        "joint transformer: expected channels, outChannels, patch, layers and side of 1 or more, got %d,"
            + " %d, %d, %d, %d",
        channels,
        outChannels,
        patch,
        layers,
        side);
    unless(
        heads >= 1 && headDim >= 1 && heads * headDim % 4 == 0,
        "joint transformer: expected heads·headDim to be a multiple of 4, as sines and cosines of both"
            + " coordinates share it, got %d·%d",
        heads,
        headDim);
    unless(
        tokenChannels >= 1 && vectorChannels >= 1 && mostPlaces >= 1,
        "joint transformer: expected tokenChannels, vectorChannels and mostPlaces of 1 or more, got %d, %d,"
            + " %d",
        tokenChannels,
        vectorChannels,
        mostPlaces);
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
