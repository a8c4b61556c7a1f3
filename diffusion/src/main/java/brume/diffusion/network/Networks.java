package brume.diffusion.network;

import brume.diffusion.settings.Catalog;
import brume.nn.karras.Halving;
import brume.nn.layer.Activation;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.diffusers.UNet2DConfig.Resampling;
import brume.nn.unet.edm.Filter;
import brume.nn.unet.edm.SongUNetConfig.Decoder;
import brume.nn.unet.edm.SongUNetConfig.Encoder;
import brume.nn.unet.edm.SongUNetConfig.Waves;
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
          "unet2d-condition",
          new Unet2dConditionSettings(
              List.of(32, 64, 128), List.of(false, true, true), 1, 4, 1, 8, 0, 0),
          "UNet2DConditionModel of diffusers, which attends to the words of a text.",
          "Rombach et al. (2022), Stable Diffusion; diffusers 0.x, UNet2DConditionModel")
      .add(
          "lora",
          LoraSettings.ofAttention("", 4),
          "Low-rank adapters of the U-Net of a folder of Stable Diffusion, which stays as it is.",
          "Hu et al. (2021), LoRA; diffusers 0.x, train_text_to_image_lora.py")
      .add(
          "inversion",
          InversionSettings.of("", "", ""),
          "A word of the text encoders of a folder of Stable Diffusion, which stays as it is: textual inversion.",
          "Gal et al. (2022), An Image is Worth One Word; diffusers 0.x, textual_inversion.py")
      .add(
          "prior",
          new PriorSettings(24, 3, 4, 16),
          "Transformer that draws the vector of a picture from the words and the vector of a text.",
          "Ramesh et al. (2022), DALL-E 2, section 2.2; diffusers, PriorTransformer")
      .add(
          "song",
          new SongSettings(
              EdmLevels.small(),
              Waves.POSITIONAL,
              1,
              1,
              Filter.BOX,
              Encoder.STANDARD,
              Decoder.STANDARD),
          "U-Net with choices of the encoder, the decoder and the filter: DDPM++, NCSN++.",
          "Song et al. (2020), DDPM++ and NCSN++; Karras et al. (2022), EDM, SongUNet")
      .add(
          "adm",
          new AdmSettings(EdmLevels.small(), 32),
          "U-Net whose blocks are scaled and shifted by the time, with heads of attention.",
          "Dhariwal and Nichol (2021), ADM; Karras et al. (2022), EDM, DhariwalUNet")
      .add(
          "karras",
          new KarrasSettings(2, 1, KarrasBlocks.small(List.of(8, 7))),
          "U-Net whose layers keep magnitudes, for pictures.",
          "Karras et al. (2023), EDM2, configuration G; denoising-diffusion-pytorch 2.3.1, KarrasUnet")
      .add(
          "karras1d",
          new Karras1dSettings(2, 1, KarrasBlocks.small(List.of(16))),
          "U-Net whose layers keep magnitudes, for sequences.",
          "denoising-diffusion-pytorch 2.3.1, KarrasUnet1D")
      .add(
          "karras3d",
          new Karras3dSettings(
              8,
              List.of(Halving.IMAGE, Halving.ALL),
              List.of(1),
              false,
              KarrasBlocks.small(List.of(8, 7))),
          "U-Net whose layers keep magnitudes, for videos: pictures with frames one below the other.",
          "denoising-diffusion-pytorch 2.3.1, KarrasUnet3D")
      .add(
          "uvit",
          new UVitSettings(32, List.of(1, 2), List.of(2), 0, 1, 4, 4, 32, 4, 16, 0.001, 0),
          "U-Net with a transformer at its coarsest resolution, for pictures.",
          "Hoogeboom et al. (2023); denoising-diffusion-pytorch 2.3.1, simple_diffusion.UViT")
      .add(
          "mp-transformer",
          new MpTransformerSettings(4, 96, 6, 24, 4, 16, 0.001, 0.3, 0.5, 0.3),
          "Transformer whose layers keep magnitudes, for pictures.",
          "denoising-diffusion-pytorch 2.3.1, MPImageTransformer, with a way in and out of its own")
      .add(
          "dit",
          new DiTSettings(4, 6, 4, 24, Activation.GELU_TANH, 0),
          "Transformer whose tokens are squares of pixels, told time and class by adaLN-zero.",
          "Peebles and Xie (2022); diffusers, DiTTransformer2DModel")
      .add(
          "trunk",
          new TrunkSettings(16, List.of(1, 2, 4), 1, 8, 4, 16),
          "The way down of a U-Net, for --objective classifier.",
          "Dhariwal and Nichol (2021), section 4")
      .add(
          "mlp",
          new MlpSettings(64, List.of(1, 1, 1), 3, 1, 0),
          "Multilayer perceptron, for points.",
          "ddpm-torch, toy models")
      .add(
          "autoencoder",
          new AutoencoderSettings(List.of(32, 64, 64), 1, 4, 8, false),
          "Makes pictures smaller and large again, for --latents autoencoder of other runs.",
          "Rombach et al. (2022), section 3.1; diffusers, AutoencoderKL")
      .add(
          "clip",
          new TowersSettings(8, 3, 4, 16, 64, 768, 24, 0),
          "Towers that compare pictures with texts, for --objective contrastive.",
          "Radford et al. (2021), CLIP; transformers, CLIPModel");

  private Networks() {}
}
