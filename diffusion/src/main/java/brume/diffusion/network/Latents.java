package brume.diffusion.network;

import brume.diffusion.settings.About;
import brume.diffusion.settings.Catalog;
import brume.diffusion.settings.SettingException;
import brume.tensor.Shape;
import java.util.Optional;

/** The forms in which a network may see data, by name. */
public final class Latents {

  /** All of them. */
  public static final Catalog<LatentSettings> CATALOG = Catalog.of(
          "form of the data", "latents", LatentSettings.class)
      .add("pixels", new Pixels(), "The network sees data as they are.", "Ho et al. (2020)")
      .add(
          "autoencoder",
          new Encoded("autoencoder", 4, 4, 0),
          "The network sees what an autoencoder makes of pictures, which is smaller.",
          "Rombach et al. (2022), Latent Diffusion Models")
      .add(
          "vectors",
          new Vectors("text", 64),
          "The network sees vectors that an encoder makes of pictures, for a prior.",
          "Ramesh et al. (2022), DALL-E 2, section 2.2");

  private Latents() {}

  /** Data as they are. */
  public record Pixels() implements LatentSettings {
    @Override
    public Shape of(Shape sample) {
      return sample;
    }
  }

  /**
   * What an autoencoder makes of pictures.
   *
   * @param folder of the run that has learned it, within that of this run or a whole path
   * @param factor pixels along either axis for each place of a latent
   * @param channels of a latent
   * @param scale what latents are multiplied with before the network sees them; 0 to measure it when
   *     training begins, so that their standard deviation is 1
   */
  public record Encoded(
      @About(
              value = "Folder of a run that has learned to make pictures smaller and large again.",
              option = "latents-from")
          String folder,
      @About(
              value = "Pixels along either axis for each place of a latent.",
              min = 1,
              max = 1024,
              fileOnly = true)
          int factor,
      @About(value = "Channels of a latent.", min = 1, max = 1024, fileOnly = true) int channels,
      @About(
              value = "What latents are multiplied with; 0 for the inverse of their spread.",
              min = 0,
              option = "latent-scale")
          double scale)
      implements LatentSettings {
    @Override
    public Shape of(Shape sample) {
      SettingException.unless(
          sample.dim(0) % factor == 0 && sample.dim(1) % factor == 0,
          "{latents}: expected pictures whose sides are multiples of %d with this autoencoder, got %dx%d",
          factor,
          sample.dim(0),
          sample.dim(1));
      return Shape.of(sample.dim(0) / factor, sample.dim(1) / factor, channels);
    }

    @Override
    public Optional<String> from() {
      return Optional.of(folder);
    }
  }

  /**
   * Vectors that an encoder makes of pictures.
   *
   * @param folder of the run that has learned it, within that of this run or a whole path
   * @param channels of a vector
   */
  public record Vectors(
      @About(
              value = "Folder of a run that has learned to compare pictures with texts.",
              option = "vectors-from")
          String folder,
      @About(value = "Channels of a vector.", min = 1, max = 65536, fileOnly = true) int channels)
      implements LatentSettings {
    @Override
    public Shape of(Shape sample) {
      return Shape.of(1, 1, channels);
    }

    @Override
    public Optional<String> from() {
      return Optional.of(folder);
    }

    @Override
    public boolean shows() {
      return false;
    }
  }
}
