package brume.nn.autoencoder;

import static brume.nn.ConfigException.unless;

/**
 * The settings of an {@link AutoencoderKL}.
 *
 * @param coder encoder and decoder
 * @param quantConvolution whether a 1×1 convolution stands behind the encoder
 * @param postQuantConvolution whether a 1×1 convolution stands before the decoder
 * @param scaling what denoisers see is latents times this, about one over their standard deviation
 * @param shift what is subtracted before
 */
public record AutoencoderConfig(
    CoderConfig coder,
    boolean quantConvolution,
    boolean postQuantConvolution,
    double scaling,
    double shift) {

  /** Refuses factors that cannot be undone. {@inheritDoc} */
  public AutoencoderConfig {
    unless(
        scaling > 0 && Double.isFinite(scaling) && Double.isFinite(shift),
        "autoencoder: expected a scaling above 0 and a finite shift, got %s and %s",
        scaling,
        shift);
  }
}
