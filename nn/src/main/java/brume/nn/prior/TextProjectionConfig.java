package brume.nn.prior;

import static brume.nn.ConfigException.unless;

/**
 * The settings of a {@link TextProjection}.
 *
 * @param channels of the vectors of pictures and of words, and of the tokens of words
 * @param tokens that a picture becomes
 * @param tokenChannels of tokens that the decoder attends to
 * @param timeDim channels of the decoder's embedded time
 */
public record TextProjectionConfig(int channels, int tokens, int tokenChannels, int timeDim) {

  /** Refuses sizes below one. {@inheritDoc} */
  public TextProjectionConfig {
    unless(
        channels >= 1 && tokens >= 1 && tokenChannels >= 1 && timeDim >= 1,
        "projection: expected channels, tokens, tokenChannels and timeDim of 1 or more, got %d, %d, %d,"
            + " %d",
        channels,
        tokens,
        tokenChannels,
        timeDim);
  }
}
