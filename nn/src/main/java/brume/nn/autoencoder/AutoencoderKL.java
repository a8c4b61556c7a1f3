package brume.nn.autoencoder;

import static brume.autograd.function.pointwise.Affine.affine;
import static brume.autograd.function.pointwise.Clamp.clamp;
import static brume.autograd.function.shape.Slice.slice;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Parameters;
import brume.nn.Query;
import brume.nn.layer.Conv2d;
import brume.nn.unet.diffusers.ResnetBlock;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.random.RandomKey;
import java.util.List;
import java.util.Optional;

/**
 * Makes pictures small and whole again: an encoder tells which latents a picture may have, a decoder
 * makes one of them a picture. Latent diffusion works between the two, on latents that are shifted and
 * scaled to a spread of about one.
 *
 * <pre>
 *   AutoencoderKL autoencoder = new AutoencoderKL(device, key, config);
 *   Variable z = autoencoder.encode(pictures).sample(noise);
 *   Variable latents = autoencoder.toDenoiser(z);                       what a denoiser learns
 *   Variable again = autoencoder.decode(autoencoder.fromDenoiser(latents));
 * </pre>
 *
 * @see <a href="https://arxiv.org/abs/2112.10752">Rombach et al., High-Resolution Image Synthesis with
 *     Latent Diffusion Models (2022), section 3.1</a>
 */
public final class AutoencoderKL implements Network {

  private static final double LEAST_LOG_VARIANCE = -30, MOST_LOG_VARIANCE = 20;

  private final Parameters at;
  private final AutoencoderConfig config;
  private final Encoder encoder;
  private final Decoder decoder;
  private final Optional<Conv2d> quant;
  private final Optional<Conv2d> postQuant;

  /**
   * Creates a network with fresh parameters, owned by the innermost scope.
   *
   * @param device where they live
   * @param key what they are drawn from
   * @param config all settings
   */
  public AutoencoderKL(Device device, RandomKey key, AutoencoderConfig config) {
    this.at = Parameters.of(device, key);
    this.config = config;
    CoderConfig coder = config.coder();
    int latent = coder.latentChannels();
    this.encoder = new Encoder(at.child("encoder"), coder, 2 * latent);
    this.decoder = new Decoder(at.child("decoder"), coder);
    this.quant = pixelwise("quant_conv", config.quantConvolution(), 2 * latent);
    this.postQuant = pixelwise("post_quant_conv", config.postQuantConvolution(), latent);
  }

  private Optional<Conv2d> pixelwise(String name, boolean there, int channels) {
    return there
        ? Optional.of(new Conv2d(at.child(name), ResnetBlock.conv(channels, channels, 1)))
        : Optional.empty();
  }

  /**
   * All settings.
   *
   * @return as given
   */
  public AutoencoderConfig config() {
    return config;
  }

  /**
   * Sizes of latents.
   *
   * @param pictures (N, H, W, C)
   * @return (N, H/factor, W/factor, latent channels), rounded down
   */
  public Shape latents(Shape pictures) {
    CoderConfig coder = config.coder();
    int factor = coder.factor();
    return Shape.of(
        pictures.dim(0),
        pictures.dim(1) / factor,
        pictures.dim(2) / factor,
        coder.latentChannels());
  }

  /**
   * Tells which latents pictures may have.
   *
   * @param x (N, H, W, C) with pixels in [−1, 1]
   * @return of (N, H/factor, W/factor, latent channels), where every halving of an odd side rounds down
   * @throws ShapeException if x has other channels or is smaller than the factor
   */
  public Posterior encode(Variable x) {
    CoderConfig coder = config.coder();
    requireChannels("pictures", x.shape(), coder.channels());
    ShapeException.unless(
        x.shape().dim(1) >= coder.factor() && x.shape().dim(2) >= coder.factor(),
        "autoencoder: expected pictures of at least %d pixels along either side, got %s",
        coder.factor(),
        x.shape());
    Variable encoded = encoder.forward(x);
    Variable moments = quant.map(conv -> conv.forward(encoded)).orElse(encoded);
    int latent = coder.latentChannels();
    return new Posterior(
        slice(moments, 3, 0, latent),
        clamp(slice(moments, 3, latent, 2 * latent), LEAST_LOG_VARIANCE, MOST_LOG_VARIANCE));
  }

  /**
   * Makes latents pictures.
   *
   * @param z (N, H, W, latent channels) as they were drawn, neither shifted nor scaled
   * @return (N, factor·H, factor·W, C) with pixels in about [−1, 1]
   * @throws ShapeException if z has other channels
   */
  public Variable decode(Variable z) {
    requireChannels("latents", z.shape(), config.coder().latentChannels());
    return Tape.tidy(
        () -> decoder.forward(postQuant.map(conv -> conv.forward(z)).orElse(z)));
  }

  /** Refuses: it tells no noise from data. {@inheritDoc} */
  @Override
  public Variable predict(Query query) {
    throw new IllegalArgumentException(
        "autoencoder: expected pictures to encode or latents to decode, got noisy data at some time; ask"
            + " another network what to take away from them");
  }

  /**
   * What denoisers see of latents.
   *
   * @param z latents as they were drawn
   * @return (z − shift)·scaling
   */
  public Variable toDenoiser(Variable z) {
    return affine(z, config.scaling(), -config.shift() * config.scaling());
  }

  /**
   * Latents as the decoder wants them.
   *
   * @param latents as a denoiser makes them
   * @return latents/scaling + shift
   */
  public Variable fromDenoiser(Variable latents) {
    return affine(latents, 1 / config.scaling(), config.shift());
  }

  static void requireChannels(String what, Shape x, int channels) {
    ShapeException.unless(
        x.rank() == 4 && x.dim(3) == channels,
        "autoencoder: expected %s of shape (N, H, W, %d), got %s",
        what,
        channels,
        x);
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
