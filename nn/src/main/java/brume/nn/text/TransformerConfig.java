package brume.nn.text;

import static brume.nn.ConfigException.unless;

import brume.nn.layer.Activation;

/**
 * The layers of a tower of CLIP.
 *
 * @param dim channels of a token
 * @param inner channels inside the feed-forward parts
 * @param layers one behind the other
 * @param heads of attention, among which the channels are divided
 * @param activation inside the feed-forward parts
 * @param eps added to the variance in all normalizations
 */
public record TransformerConfig(
    int dim, int inner, int layers, int heads, Activation activation, double eps) {

  /** Refuses sizes that do not fit together. {@inheritDoc} */
  public TransformerConfig {
    unless(
        dim >= 1 && heads >= 1 && dim % heads == 0,
        "transformer: expected channels that are a multiple of the heads, got %d and %d",
        dim,
        heads);
    unless(inner >= 1, "transformer: expected 1 or more inner channels, got %d", inner);
    unless(layers >= 1, "transformer: expected 1 or more layers, got %d", layers);
    unless(eps > 0, "transformer: expected a positive eps, got %s", eps);
  }

  /**
   * The first of the layers.
   *
   * @param count how many
   * @return otherwise the same settings
   */
  public TransformerConfig first(int count) {
    return new TransformerConfig(dim, inner, count, heads, activation, eps);
  }
}
