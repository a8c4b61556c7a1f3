package brume.diffusion.process;

import brume.diffusion.settings.About;
import brume.diffusion.settings.Catalog;
import brume.diffusion.settings.SettingException;
import brume.nn.Parameters;

/** The ways in which the signal-to-noise ratio may fall in continuous time, by name. */
public final class LogSnrs {

  private static final double FLOOR = 1e-5; // of an argument of log, as in the released code

  /** All of them. */
  public static final Catalog<LogSnrSettings> CATALOG = Catalog.of(
          "log-SNR", "log-snrs", LogSnrSettings.class)
      .add(
          "cosine",
          new Cosine(0.008),
          "What is left of the data falls like a squared cosine.",
          "Nichol and Dhariwal (2021), eq. 17")
      .add(
          "linear",
          new Linear(),
          "Variances of short steps grow linearly.",
          "Kingma et al. (2021); denoising-diffusion-pytorch")
      .add(
          "bounded",
          new Bounded(-15, 15, 1, 1),
          "A cosine between two bounds, shifted for pictures of another size.",
          "Hoogeboom, Heek and Salimans, simple diffusion (2023), section 2.1")
      .add(
          "crash",
          new Crash(),
          "Noise grows like a squared sine, until nothing is left of the data.",
          "dance-diffusion; IPNDMScheduler in diffusers")
      .add(
          "learned",
          new Learned(1024, 1),
          "A monotone network that is trained with the other one tells how fast it falls.",
          "Kingma et al. (2021), appendix H; denoising-diffusion-pytorch");

  private LogSnrs() {}

  /**
   * {@link LearnedLogSnr}, between the ends of {@link Linear}.
   *
   * @param hidden how many sigmoids the network has
   * @param share of the gradient that reaches it
   */
  public record Learned(
      @About(
              value = "Sigmoids of the network that tells how the ratio falls.",
              min = 1,
              max = 1_000_000,
              option = "log-snr-hidden")
          int hidden,
      @About(
              value = "Share of the gradient that reaches that network.",
              min = 0,
              max = 1,
              option = "log-snr-gradient")
          double share)
      implements LogSnrSettings {

    /** A straight line, as there is no network that has learned. */
    @Override
    public LogSnr create() {
      return LearnedLogSnr.line();
    }

    @Override
    public LogSnr create(Parameters at) {
      return new LearnedLogSnr(at.child("log_snr"), hidden, share);
    }
  }

  /** log((1 − n²)/n²) with n = sin²(π·t/2). */
  public record Crash() implements LogSnrSettings {
    @Override
    public LogSnr create() {
      return t -> {
        double sine = Math.sin(Math.PI * t / 2), variance = Math.pow(sine, 4);
        return Math.log((1 - variance) / variance);
      };
    }
  }

  /** −log(exp(10⁻⁴ + 10·t²) − 1). */
  public record Linear() implements LogSnrSettings {
    @Override
    public LogSnr create() {
      return t -> -Math.log(Math.expm1(1e-4 + 10 * t * t));
    }
  }

  /**
   * −log(1/cos²((t + s)/(1 + s)·π/2) − 1), about −75 at t = 1.
   *
   * @param offset s, which keeps the ratio finite at t = 0; with less than 0.0021 it would be the same
   *     for all times near 0
   */
  public record Cosine(
      @About(
              value = "Shift that keeps the first variance from being too small.",
              min = 2.1e-3,
              max = 1,
              option = "log-snr-offset")
          double offset)
      implements LogSnrSettings {
    @Override
    public LogSnr create() {
      return t -> {
        double cosine = Math.cos((t + offset) / (1 + offset) * Math.PI / 2);
        return -Math.log(Math.max(1 / (cosine * cosine) - 1, FLOOR));
      };
    }
  }

  /**
   * −2·log tan(a + t·(b − a)) + 2·(t·log r_noise + (1 − t)·log r_data), a and b such that the first part
   * goes from {@code logSnrMax} to {@code logSnrMin}.
   *
   * @param logSnrMin at t = 1
   * @param logSnrMax at t = 0
   * @param noiseRatio r_noise, side of the pictures the cosine is right for, divided by that of these,
   *     where there is most noise
   * @param dataRatio r_data, the same where there is least; equal numbers shift, others interpolate
   */
  public record Bounded(
      @About("Logarithm of the signal-to-noise ratio at the end, before shifts.") double logSnrMin,
      @About("The same at the beginning.") double logSnrMax,
      @About(
              value =
                  "Side of pictures that the noise is right for, divided by that of these, at the end.",
              min = 1e-6)
          double noiseRatio,
      @About(value = "The same at the beginning.", min = 1e-6) double dataRatio)
      implements LogSnrSettings {
    @Override
    public LogSnr create() {
      SettingException.unless(
          logSnrMin < logSnrMax,
          "{logSnrMax}: expected more than {logSnrMin} %s, got %s",
          logSnrMin,
          logSnrMax);
      double a = Math.atan(Math.exp(-logSnrMax / 2)), b = Math.atan(Math.exp(-logSnrMin / 2));
      double atNoise = 2 * Math.log(noiseRatio), atData = 2 * Math.log(dataRatio);
      // −2·log tan(u) falls slowest at u = π/4, by 4 for each unit of u, or at the bound next to
      // it.
      double slowest = Math.min(Math.max(a, Math.PI / 4), b);
      SettingException.unless(
          atNoise - atData < 4 * (b - a) / Math.sin(2 * slowest),
          "{noiseRatio}: expected less than %.4g times {dataRatio}, beyond which noise would become less with"
              + " time, got %s and %s",
          Math.exp(2 * (b - a) / Math.sin(2 * slowest)),
          noiseRatio,
          dataRatio);
      return t -> -2 * Math.log(Math.tan(a + t * (b - a))) + t * atNoise + (1 - t) * atData;
    }
  }
}
