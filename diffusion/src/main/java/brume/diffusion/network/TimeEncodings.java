package brume.diffusion.network;

import brume.diffusion.settings.About;
import brume.diffusion.settings.Catalog;
import brume.nn.layer.TimeEncoding;

/** The ways to tell a network the time, by name. */
public final class TimeEncodings {

  /** All of them. */
  public static final Catalog<TimeSettings> CATALOG = Catalog.of(
          "time encoding", "time-encodings", TimeSettings.class)
      .add(
          "sinusoidal",
          new Sinusoidal(10000),
          "Sines and cosines of frequencies in a geometric series.",
          "Vaswani et al. (2017), section 3.5")
      .add(
          "random-fourier",
          new RandomFourier(16),
          "Sines and cosines of random frequencies.",
          "denoising-diffusion-pytorch, random_fourier_features")
      .add(
          "learned-fourier",
          new LearnedFourier(16),
          "Sines and cosines of learned frequencies.",
          "denoising-diffusion-pytorch, learned_sinusoidal_cond");

  static final String WAVES = "Sines and cosines in all, an even number.";

  private TimeEncodings() {}

  /**
   * {@link TimeEncoding.Sinusoidal}.
   *
   * @param theta θ, ratio of the largest to the smallest wavelength
   */
  public record Sinusoidal(
      @About(value = "Ratio of the longest to the shortest wave.", min = 2, option = "theta")
          double theta)
      implements TimeSettings {
    @Override
    public TimeEncoding create() {
      return new TimeEncoding.Sinusoidal(theta);
    }
  }

  /**
   * {@link TimeEncoding.Fourier} with frequencies that stay.
   *
   * @param waves sines and cosines in all
   */
  public record RandomFourier(@About(value = WAVES, min = 2, max = 4096) int waves)
      implements TimeSettings {
    @Override
    public TimeEncoding create() {
      return new TimeEncoding.Fourier(waves, false);
    }
  }

  /**
   * {@link TimeEncoding.Fourier} with learned frequencies.
   *
   * @param waves sines and cosines in all
   */
  public record LearnedFourier(@About(value = WAVES, min = 2, max = 4096) int waves)
      implements TimeSettings {
    @Override
    public TimeEncoding create() {
      return new TimeEncoding.Fourier(waves, true);
    }
  }
}
