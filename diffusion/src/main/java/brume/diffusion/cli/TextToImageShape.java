package brume.diffusion.cli;

import brume.nn.autoencoder.AutoencoderConfig;
import brume.nn.autoencoder.CoderConfig;
import brume.nn.layer.Activation;
import brume.nn.unet.diffusers.ResnetConfig;
import brume.nn.unet.diffusers.UNet2DConditionConfig;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Added;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Kind;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Level;
import java.util.ArrayList;
import java.util.List;

/** Sizes of Stable Diffusion's network and decoder that are measured. */
enum TextToImageShape {
  /** That of Stable Diffusion 1.5: 860 million parameters, pictures of 512x512. */
  SD15(List.of(320, 640, 1280, 1280), 8, 768, 64, List.of(128, 256, 512, 512)),
  /** Half as wide, pictures of 256x256. */
  HALF(List.of(160, 320, 640, 640), 8, 768, 32, List.of(64, 128, 256, 256)),
  /** Small enough for a test, pictures of 128x128. */
  TINY(List.of(32, 64, 64, 64), 4, 32, 16, List.of(32, 32, 64, 64));

  /** Words of a text with what stands before and behind them. */
  static final int TOKENS = 77;

  private static final int LATENT = 4, GROUPS = 32, BLOCKS = 2, RGB = 3;
  private static final double SCALING = 0.18215;

  private final List<Integer> widths;
  private final int heads;
  private final int tokenChannels;
  private final int side;
  private final List<Integer> decoderWidths;

  TextToImageShape(
      List<Integer> widths, int heads, int tokenChannels, int side, List<Integer> decoderWidths) {
    this.widths = widths;
    this.heads = heads;
    this.tokenChannels = tokenChannels;
    this.side = side;
    this.decoderWidths = decoderWidths;
  }

  /** Places of latents along either axis. */
  int side() {
    return side;
  }

  /** Numbers of a token. */
  int tokenChannels() {
    return tokenChannels;
  }

  /** Numbers of a place of latents. */
  int latentChannels() {
    return LATENT;
  }

  /** The network's settings. */
  UNet2DConditionConfig network() {
    List<Level> levels = new ArrayList<>();
    for (int width : widths) {
      Kind kind = levels.size() < widths.size() - 1 ? Kind.CROSS : Kind.PLAIN;
      levels.add(new Level(width, kind, kind, BLOCKS, heads, 1, tokenChannels));
    }
    int timeDim = 4 * widths.get(0);
    return UNet2DConditionConfig.ofStableDiffusion(
        LATENT,
        LATENT,
        levels,
        new Added.None(),
        new ResnetConfig(GROUPS, 1e-5, timeDim, false, Activation.SILU, true, 0, 1));
  }

  /** The settings of the autoencoder whose decoder is measured. */
  AutoencoderConfig autoencoder() {
    return new AutoencoderConfig(
        new CoderConfig(RGB, RGB, decoderWidths, BLOCKS, LATENT, GROUPS, true),
        true,
        true,
        SCALING,
        0);
  }
}
