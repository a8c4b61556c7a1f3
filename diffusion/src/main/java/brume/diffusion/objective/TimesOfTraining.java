package brume.diffusion.objective;

import brume.diffusion.process.FlowTimesKinds;
import brume.diffusion.settings.About;
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
          "Nichol and Dhariwal (2021), section 3.3")
      .add(
          "logit-normal",
          new LogitNormal(0, 1),
          "Times around a middle are visited more often, and count as often.",
          "Esser et al. (2024), section 3.1");

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

  /**
   * {@link LogitNormalTimes}.
   *
   * @param mean of the logits of times
   * @param deviation of the same
   */
  public record LogitNormal(
      @About(
              value = "Mean of the logits of times; above 0 for more noise.",
              min = -10,
              max = 10,
              option = "times-mean")
          double mean,
      @About(
              value = "Standard deviation of the logits of times.",
              min = 1e-3,
              max = 100,
              option = "times-deviation")
          double deviation)
      implements TimesSettings {
    @Override
    public TimestepSampling create(int steps) {
      return new LogitNormalTimes(steps, new FlowTimesKinds.LogitNormal(mean, deviation));
    }
  }
}
