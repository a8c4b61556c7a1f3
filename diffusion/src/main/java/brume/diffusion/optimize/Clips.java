package brume.diffusion.optimize;

import brume.diffusion.settings.About;
import brume.diffusion.settings.Catalog;
import brume.nn.optim.GradientClipping;

/** The ways to keep gradients small, by name. */
public final class Clips {

  /** All of them. */
  public static final Catalog<ClipSettings> CATALOG = Catalog.of(
          "gradient clipping", "gradient-clippings", ClipSettings.class)
      .add(
          "norm",
          new Norm(1),
          "All gradients are scaled so that their norm is limited.",
          "Pascanu, Mikolov and Bengio (2013)")
      .add("value", new Value(1), "Every number of a gradient is limited.", "")
      .add("off", new Off(), "Gradients stay as they are.", "");

  private Clips() {}

  /**
   * {@link GradientClipping#euclidean}.
   *
   * @param max largest norm
   */
  public record Norm(
      @About(value = "Largest norm of all gradients.", min = 1e-9, option = "clip-norm") double max)
      implements ClipSettings {
    @Override
    public GradientClipping create() {
      return GradientClipping.euclidean(max);
    }
  }

  /**
   * {@link GradientClipping#byValue}.
   *
   * @param max largest magnitude
   */
  public record Value(
      @About(
              value = "Largest magnitude of a gradient's numbers.",
              min = 1e-9,
              option = "clip-value")
          double max)
      implements ClipSettings {
    @Override
    public GradientClipping create() {
      return GradientClipping.byValue(max);
    }
  }

  /** {@link GradientClipping#off}. */
  public record Off() implements ClipSettings {
    @Override
    public GradientClipping create() {
      return GradientClipping.off();
    }
  }
}
