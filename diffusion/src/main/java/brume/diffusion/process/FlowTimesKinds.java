package brume.diffusion.process;

import brume.diffusion.settings.About;
import brume.diffusion.settings.Catalog;

/** The laws of the times at which flows are trained, by name. */
public final class FlowTimesKinds {

  /** All of them. */
  public static final Catalog<FlowTimesSettings> CATALOG = Catalog.of(
          "law of times", "flow-times", FlowTimesSettings.class)
      .add("uniform", new Uniform(), "All times are equally likely.", "Liu et al. (2022)")
      .add(
          "logit-normal",
          new LogitNormal(0, 1),
          "Times in the middle are more likely; of data with sharp edges too few are near them.",
          "Esser et al. (2024), section 3.1")
      .add(
          "mode",
          new Mode(1.29),
          "Times in the middle are more likely, and those at the ends stay possible.",
          "Esser et al. (2024), section 3.1");

  private FlowTimesKinds() {}

  /** t = 1 − u for a uniform u, so that t is never 0. */
  public record Uniform() implements FlowTimesSettings {
    @Override
    public FlowTimes create() {
      return (key, sample) -> 1 - key.uniform(sample);
    }
  }

  /**
   * t = sigmoid(mean + deviation·z) for a standard normal z.
   *
   * @param mean more for more noise
   * @param deviation more for times near the ends
   */
  public record LogitNormal(
      @About(value = "Mean of log(t/(1-t)); more for more noise.", option = "logit-mean")
          double mean,
      @About(value = "Standard deviation of log(t/(1-t)).", min = 1e-6, option = "logit-deviation")
          double deviation)
      implements FlowTimesSettings {
    @Override
    public FlowTimes create() {
      return (key, sample) -> of(key.normal(sample));
    }

    /**
     * The time of a number.
     *
     * @param z a standard normal number
     * @return t from 0 to 1
     */
    public double of(double z) {
      return 1 / (1 + Math.exp(-(mean + deviation * z)));
    }
  }

  /**
   * t = 1 − u − scale·(cos²(π·u/2) − 1 + u) for a uniform u.
   *
   * @param scale how strongly the middle is preferred
   */
  public record Mode(
      @About(
              value = "How strongly the middle is preferred.",
              min = -1,
              max = 1.75, // 2/(π − 2), beyond which times would not fall with u
              option = "mode-scale")
          double scale)
      implements FlowTimesSettings {
    @Override
    public FlowTimes create() {
      return (key, sample) -> of(key.uniform(sample));
    }

    /**
     * The time of a number.
     *
     * @param u from 0 to 1
     * @return t from 0 to 1
     */
    public double of(double u) {
      double cosine = Math.cos(Math.PI * u / 2);
      return 1 - u - scale * (cosine * cosine - 1 + u);
    }
  }
}
