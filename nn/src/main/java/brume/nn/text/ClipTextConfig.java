package brume.nn.text;

import static brume.nn.ConfigException.unless;

/**
 * All settings of a {@link ClipText}.
 *
 * @param tokens how many there are
 * @param positions the longest row
 * @param layers the transformer
 * @param end token behind each text, at whose first place a row is pooled; {@link #LARGEST} for the place
 *     of the largest token, as old folders have it
 * @param projection channels of what is compared with pictures, 0 for a tower that is compared with nothing
 * @param waves height of the sines and cosines that places begin as, 0 for small random numbers; of no
 *     importance to a tower that is read
 */
public record ClipTextConfig(
    int tokens, int positions, TransformerConfig layers, int end, int projection, double waves) {

  /**
   * What old folders call the end of a text, though it was another token: a row is then pooled where its
   * largest token stands first.
   */
  public static final int LARGEST = 2;

  /** Refuses sizes that do not fit together. {@inheritDoc} */
  public ClipTextConfig {
    unless(tokens >= 1, "clip: expected 1 or more tokens, got %d", tokens);
    unless(positions >= 1, "clip: expected 1 or more positions, got %d", positions);
    unless(projection >= 0, "clip: expected 0 (none) or more channels, got %d", projection);
    unless(waves >= 0, "clip: expected waves of a height of 0 or more, got %s", waves);
  }

  /**
   * Settings of a tower whose places begin as random numbers, or are read.
   *
   * @param tokens how many there are
   * @param positions the longest row
   * @param layers the transformer
   * @param end token behind each text
   * @param projection channels of what is compared with pictures, 0 for none
   */
  public ClipTextConfig(
      int tokens, int positions, TransformerConfig layers, int end, int projection) {
    this(tokens, positions, layers, end, projection, 0);
  }
}
