package brume.diffusion.objective;

import brume.diffusion.process.Prediction;
import brume.diffusion.settings.About;
import brume.diffusion.settings.Catalog;
import brume.diffusion.settings.SettingException;

/** The ways to weigh errors by time, by name. */
public final class Weightings {

  /** All of them. */
  public static final Catalog<WeightingSettings> CATALOG = Catalog.of(
          "weighting", "weightings", WeightingSettings.class)
      .add("uniform", new Uniform(), "All times count the same.", "Ho et al. (2020), eq. 14")
      .add(
          "epsilon",
          new Epsilon(),
          "Errors count as if noise had been predicted.",
          "Salimans and Ho (2022), section 4")
      .add(
          "min-snr",
          new MinSnr(5),
          "Errors count as if data had been predicted, by signal-to-noise ratio but limited.",
          "Hang et al. (2023), section 3.4")
      .add(
          "snr",
          new Snr(),
          "Errors count by signal-to-noise ratio.",
          "diffusers, training of predictions of the data");

  private Weightings() {}

  private static void requireDefined(Prediction prediction) {
    SettingException.unless(
        prediction != Prediction.MEAN,
        "{weighting}: expected uniform with {predict} mean, for which nobody has defined others, got another");
  }

  /** {@link LossWeighting#uniform}. */
  public record Uniform() implements WeightingSettings {
    @Override
    public LossWeighting create(Prediction prediction) {
      return LossWeighting.uniform();
    }
  }

  /** {@link LossWeighting#equivalentToEpsilon}. */
  public record Epsilon() implements WeightingSettings {
    @Override
    public LossWeighting create(Prediction prediction) {
      requireDefined(prediction);
      return LossWeighting.equivalentToEpsilon(prediction);
    }
  }

  /**
   * {@link LossWeighting#minSnr}.
   *
   * @param gamma γ, largest ratio that counts
   */
  public record MinSnr(
      @About(value = "Largest signal-to-noise ratio that counts.", min = 1e-6) double gamma)
      implements WeightingSettings {
    @Override
    public LossWeighting create(Prediction prediction) {
      requireDefined(prediction);
      return LossWeighting.minSnr(prediction, gamma);
    }
  }

  /** {@link LossWeighting#snr}. */
  public record Snr() implements WeightingSettings {
    @Override
    public LossWeighting create(Prediction prediction) {
      requireDefined(prediction);
      return LossWeighting.snr();
    }
  }
}
