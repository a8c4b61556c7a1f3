package brume.diffusion.exchange;

import brume.nn.autoencoder.AutoencoderConfig;
import brume.nn.text.ClipTextConfig;
import brume.nn.unet.diffusers.UNet2DConditionConfig;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Added;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Classes;
import brume.tensor.Text;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The settings of the networks of a pipeline.
 *
 * @param unet draws latents
 * @param autoencoder makes them pictures
 * @param towers encode texts
 */
record StableDiffusionParts(
    UNet2DConditionConfig unet, AutoencoderConfig autoencoder, List<ClipTextConfig> towers) {

  private static final int NUMBERS = 6; // sizes that XL is told

  /** Refuses networks that do not go together; a message begins with their source. */
  void requireFitting(StableDiffusionKind kind, String source) throws IOException {
    if (kind == StableDiffusionKind.UPSCALER) {
      requireEnlarging(source);
    } else {
      requireDrawing(source);
    }
    requireTold(source);
  }

  private void requireDrawing(String source) throws IOException {
    int latent = latent();
    require(
        unet.channels() == latent || paints(),
        source,
        "%d in_channels of unet, as vae has latent_channels, or %d of one that paints, got %d",
        latent,
        latentsToPaint(),
        unet.channels());
    require(
        unet.classes() instanceof Classes.None,
        source,
        "a unet that is told no classes, got one that is");
  }

  private void requireEnlarging(String source) throws IOException {
    int all = latent() + autoencoder.coder().outChannels();
    require(
        unet.channels() == all,
        source,
        "%d in_channels of unet, those of latents and of pictures, got %d",
        all,
        unet.channels());
    require(
        unet.classes() instanceof Classes.Table,
        source,
        "a unet that is told a level of noise by num_class_embeds, got one that is not");
  }

  private int latent() {
    return autoencoder.coder().latentChannels();
  }

  /** What the network is told, and how many latents it answers. */
  private void requireTold(String source) throws IOException {
    int latent = latent();
    require(
        unet.outChannels() == latent,
        source,
        "%d out_channels of unet, as vae has latent_channels, got %d",
        latent,
        unet.outChannels());
    int dim = tokenChannels();
    int attended =
        unet.textChannels() > 0 ? unet.textChannels() : unet.levels().get(0).tokenChannels();
    require(
        attended == dim,
        source,
        "a cross_attention_dim of unet of %d, as text encoders have in hidden_size, got %d",
        dim,
        attended);
    require(
        towers.size() == 2 ? isToldSizes() : !(unet.added() instanceof Added.TextAndNumbers),
        source,
        towers.size() == 2
            ? "a unet that is told the vector of its second text encoder and %d sizes, got another"
            : "a unet that is told tokens alone, got one that is told more",
        NUMBERS);
  }

  /** Of what all text encoders say of a word. */
  int tokenChannels() {
    return towers.stream().mapToInt(tower -> tower.layers().dim()).sum();
  }

  /** Whether the network sees which part of which picture it paints. */
  boolean paints() {
    return unet.channels() == latentsToPaint();
  }

  /** Those of samples, of the picture without the part, and the part itself. */
  private int latentsToPaint() {
    return 2 * latent() + 1;
  }

  private boolean isToldSizes() {
    return unet.added() instanceof Added.TextAndNumbers more
        && more.in() == towers.get(1).projection() + NUMBERS * more.each();
  }

  private static void require(boolean fits, String source, String expected, Object... arguments)
      throws IOException {
    if (!fits) {
      throw new IOException(source + ": expected " + Text.of(expected, arguments));
    }
  }

  /** The sample_size of a network, of one side or of two; empty if it does not say. */
  static Optional<int[]> size(Options unet) throws IOException {
    if (!unet.has("sample_size")) {
      return Optional.empty();
    }
    List<Integer> sides = unet.integers("sample_size", List.of());
    int height = sides.get(0), width = sides.get(sides.size() - 1);
    if (sides.size() > 2 || height < 1 || width < 1) {
      throw unet.wrong("sample_size", "one side or two, of 1 or more");
    }
    return Optional.of(new int[] {height, width});
  }
}
