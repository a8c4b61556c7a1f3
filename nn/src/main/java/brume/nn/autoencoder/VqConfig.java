package brume.nn.autoencoder;

import static brume.nn.ConfigException.unless;

/**
 * The settings of a {@link VqModel}.
 *
 * @param coder encoder and decoder
 * @param codes K, how many there are
 * @param codeChannels numbers of a code
 * @param scaling what denoisers see is latents times this
 */
public record VqConfig(CoderConfig coder, int codes, int codeChannels, double scaling) {

  /** Refuses empty tables. {@inheritDoc} */
  public VqConfig {
    unless(
        codes >= 1 && codeChannels >= 1,
        "vq: expected at least one code of at least one number, got %d of %d",
        codes,
        codeChannels);
  }
}
