package brume.diffusion.process;

import brume.diffusion.settings.Catalog;

/** The diffusion processes by name. */
public final class Processes {

  /** All of them. */
  public static final Catalog<ProcessSettings> CATALOG = Catalog.of(
          "process", "processes", ProcessSettings.class)
      .add(
          "discrete",
          DiscreteSettings.of(1000, new Schedules.Cosine(0.008), Prediction.V),
          "A fixed number of steps, each adding some noise.",
          "Ho et al. (2020)");

  private Processes() {}
}
