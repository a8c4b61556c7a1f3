package brume.nn.text;

import static brume.nn.ConfigException.unless;

/**
 * All settings of a {@link ClipVision}.
 *
 * @param channels of pictures
 * @param size of pictures, height and width
 * @param patch side of the squares of pixels that become one token
 * @param layers the transformer
 * @param projection channels of what is compared with texts, 0 for a tower that is compared with nothing
 */
public record ClipVisionConfig(
    int channels, int size, int patch, TransformerConfig layers, int projection) {

  /** Refuses sizes that do not fit together. {@inheritDoc} */
  public ClipVisionConfig {
    unless(channels >= 1, "clip: expected 1 or more channels, got %d", channels);
    unless(
        patch >= 1 && size >= patch,
        "clip: expected pictures no smaller than a patch, got %d and %d",
        size,
        patch);
    unless(projection >= 0, "clip: expected 0 (none) or more channels, got %d", projection);
  }

  /** Tokens of a picture without the one that stands for all. */
  int patches() {
    return (size / patch) * (size / patch);
  }
}
