package brume.nn.layer;

import static brume.nn.ConfigException.unless;

/**
 * The settings of self-attention.
 *
 * @param kind full or linear
 * @param heads number of heads
 * @param headDim D, channels per head
 * @param memory learned keys and values that every position sees besides the others, 0 for none
 */
public record AttentionConfig(AttentionKind kind, int heads, int headDim, int memory) {

  /** Refuses sizes below one. {@inheritDoc} */
  public AttentionConfig {
    unless(
        heads >= 1 && headDim >= 1 && memory >= 0,
        "attention: expected heads and channels per head of 1 or more and a memory of 0 or more, got"
            + " heads = %d, headDim = %d, memory = %d",
        heads,
        headDim,
        memory);
  }

  /**
   * Attention without memory.
   *
   * @param kind full or linear
   * @param heads number of heads
   * @param headDim D, channels per head
   * @return the settings
   */
  public static AttentionConfig of(AttentionKind kind, int heads, int headDim) {
    return new AttentionConfig(kind, heads, headDim, 0);
  }

  /** Channels of all heads together. */
  int inner() {
    return heads * headDim;
  }
}
