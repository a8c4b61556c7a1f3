package brume.diffusion.network;

import brume.diffusion.settings.Catalog;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.diffusers.UNet2DConfig.Resampling;
import java.util.List;

/** The networks by name. The defaults are small enough for two cores; presets have published sizes. */
public final class Networks {

  /** All of them. */
  public static final Catalog<NetworkSettings> CATALOG = Catalog.of(
          "network", "networks", NetworkSettings.class)
      .add(
          "unet",
          UnetSettings.of(32, List.of(1, 2, 4)),
          "U-Net with linear attention, for pictures.",
          "denoising-diffusion-pytorch 1.8.8 and 2.3.1, Unet")
      .add(
          "unet1d",
          new Unet1dSettings(
              BlockVersion.GROUP_NORM,
              32,
              List.of(1, 2, 4),
              0,
              8,
              4,
              32,
              false,
              0,
              new TimeEncodings.Sinusoidal(10000)),
          "U-Net with linear attention, for sequences.",
          "denoising-diffusion-pytorch 1.8.8 and 2.3.1, Unet1D")
      .add(
          "ddpm",
          new DdpmSettings(32, List.of(1, 2, 2), 2, List.of(false, true, false), 0, 8, 0, true),
          "U-Net with full attention at chosen levels.",
          "Ho et al. (2020); ddpm-torch")
      .add(
          "conditional",
          new ConditionalSettings(32, 128, 2, 8, false),
          "U-Net that looks at the time by cross-attention.",
          "conditional U-Net of the blog on conditional diffusion")
      .add(
          "unet2d",
          new Unet2dSettings(
              List.of(32, 64, 64),
              List.of(
                  Unet2dSettings.Blocks.PLAIN,
                  Unet2dSettings.Blocks.ATTENTION,
                  Unet2dSettings.Blocks.PLAIN),
              List.of(
                  Unet2dSettings.Blocks.PLAIN,
                  Unet2dSettings.Blocks.ATTENTION,
                  Unet2dSettings.Blocks.PLAIN),
              Resampling.CONVOLUTION,
              Resampling.CONVOLUTION,
              2,
              8,
              0,
              true,
              0,
              false,
              8,
              1e-5,
              true,
              -1,
              1,
              1,
              false,
              0),
          "UNet2DModel of diffusers.",
          "diffusers 0.x, UNet2DModel")
      .add(
          "mlp",
          new MlpSettings(64, List.of(1, 1, 1), 3, 1, 0),
          "Multilayer perceptron, for points.",
          "ddpm-torch, toy models");

  private Networks() {}
}
