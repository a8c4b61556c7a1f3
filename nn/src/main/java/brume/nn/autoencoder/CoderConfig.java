package brume.nn.autoencoder;

import static brume.nn.ConfigException.unless;

import java.util.List;

/**
 * The settings of an encoder of pictures and of the decoder that goes with it.
 *
 * @param channels of pictures
 * @param outChannels of decoded pictures
 * @param widths channels of each level, finest first; every level but the last halves the picture
 * @param blocks residual blocks of each level; the decoder has one more
 * @param latentChannels of latents
 * @param groups of group normalization; divides all widths
 * @param middleAttention whether all places attend to each other at the coarsest level
 */
public record CoderConfig(
    int channels,
    int outChannels,
    List<Integer> widths,
    int blocks,
    int latentChannels,
    int groups,
    boolean middleAttention) {

  /** Refuses sizes that do not fit together. {@inheritDoc} */
  public CoderConfig {
    widths = List.copyOf(widths);
    unless(
        channels >= 1 && outChannels >= 1 && blocks >= 1 && latentChannels >= 1,
        "autoencoder: expected channels, outChannels, blocks and latentChannels of 1 or more, got %d,"
            + " %d, %d, %d",
        channels,
        outChannels,
        blocks,
        latentChannels);
    unless(!widths.isEmpty(), "autoencoder: expected at least one level, got none");
    for (int width : widths) {
      unless(
          width >= 1 && groups >= 1 && width % groups == 0,
          "autoencoder: expected groups that divide the channels of every level, got groups = %d and %d"
              + " channels",
          groups,
          width);
    }
  }

  /**
   * How much smaller latents are.
   *
   * @return pixels of a picture along either axis for each place of a latent
   */
  public int factor() {
    return 1 << (widths.size() - 1);
  }
}
