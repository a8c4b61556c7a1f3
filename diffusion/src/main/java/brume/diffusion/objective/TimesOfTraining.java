package brume.diffusion.objective;

import brume.diffusion.settings.Catalog;

/** The ways to draw times in training, by name. */
public final class TimesOfTraining {

  /** All of them. */
  public static final Catalog<TimesSettings> CATALOG = Catalog.of(
          "sampling of times", "timestep-samplings", TimesSettings.class)
      .add(
          "uniform",
          new Uniform(),
          "All times are equally likely, or as a continuous process draws them.",
          "Ho et al. (2020)")
      .add(
          "loss",
          new ByLoss(),
          "Times are visited more often where the loss is large.",
          "Nichol and Dhariwal (2021), section 3.3");

  private TimesOfTraining() {}

  /** {@link TimestepSampling#uniform}. */
  public record Uniform() implements TimesSettings {
    @Override
    public TimestepSampling create(int steps) {
      return TimestepSampling.uniform(steps);
    }

    @Override
    public void requireDrawnByProcess() {}
  }

  /** {@link LossSecondMoment}. */
  public record ByLoss() implements TimesSettings {
    @Override
    public TimestepSampling create(int steps) {
      return new LossSecondMoment(steps);
    }
  }
}
