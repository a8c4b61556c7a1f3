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
          "Ho et al. (2020)")
      .add(
          "continuous",
          new ContinuousSettings(new LogSnrs.Cosine(0.008), Prediction.V),
          "The same in continuous time; the network is told how much noise there is.",
          "Kingma et al. (2021)")
      .add(
          "edm",
          EdmSettings.USUAL,
          "Noise of any strength on data that keep their size; the network sees and tells numbers of variance 1.",
          "Karras et al. (2022)")
      .add(
          "edm-vp",
          VpSettings.USUAL,
          "Noise of any strength, as networks of variance-preserving processes see it.",
          "Song et al. (2021); Karras et al. (2022), table 1")
      .add(
          "edm-ve",
          VeSettings.USUAL,
          "Noise of any strength, as networks of variance-exploding processes see it.",
          "Song et al. (2021); Karras et al. (2022), table 1")
      .add(
          "flow",
          new FlowSettings(1, new FlowTimesKinds.Uniform()),
          "Straight lines from data to noise, along which the network tells the velocity.",
          "Liu et al. (2022); Esser et al. (2024)");

  private Processes() {}
}
