package brume.nn.text;

import static brume.nn.ConfigException.unless;

import brume.nn.layer.Activation;

/**
 * All settings of a {@link T5Encoder}.
 *
 * @param tokens how many there are
 * @param dim channels of a token
 * @param headDim channels of each head; those of all need not be {@code dim}
 * @param heads of attention
 * @param inner channels inside the feed-forward parts
 * @param layers one behind the other
 * @param buckets of distances between tokens
 * @param farthest distance; all beyond share the last bucket
 * @param activation inside the feed-forward parts
 * @param gated whether a second layer multiplies what was activated
 * @param eps added to the mean square in all normalizations
 */
public record T5Config(
    int tokens,
    int dim,
    int headDim,
    int heads,
    int inner,
    int layers,
    int buckets,
    int farthest,
    Activation activation,
    boolean gated,
    double eps) {

  private static final int FEWEST_BUCKETS = 4; // near and far ones on both sides

  /** Refuses sizes that do not fit together. {@inheritDoc} */
  public T5Config {
    unless(
        tokens >= 1 && dim >= 1 && headDim >= 1 && heads >= 1 && inner >= 1 && layers >= 1,
        "t5: expected sizes of 1 or more, got %d tokens, %d channels, %d heads of %d, %d inner ones and"
            + " %d layers",
        tokens,
        dim,
        heads,
        headDim,
        inner,
        layers);
    unless(
        buckets >= FEWEST_BUCKETS && farthest > buckets / 4,
        "t5: expected %d or more buckets and distances beyond a quarter of them, got %d and %d",
        FEWEST_BUCKETS,
        buckets,
        farthest);
    unless(eps > 0, "t5: expected a positive eps, got %s", eps);
  }

  /** Channels of all heads. */
  int allHeads() {
    return heads * headDim;
  }
}
