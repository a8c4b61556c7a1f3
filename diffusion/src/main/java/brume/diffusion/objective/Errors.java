package brume.diffusion.objective;

import brume.diffusion.settings.About;
import brume.diffusion.settings.Catalog;

/** What a difference may cost, by name. */
public final class Errors {

  /** All of them. */
  public static final Catalog<ErrorSettings> CATALOG = Catalog.of(
          "error", "errors", ErrorSettings.class)
      .add("squared", new Squared(), "Its square.", "Ho et al. (2020), eq. 14")
      .add(
          "absolute",
          new Absolute(),
          "Its absolute value, which forgives outliers.",
          "Saharia et al., Palette (2021), section 4")
      .add(
          "huber",
          new Huber(1),
          "Its square where small, its absolute value where large.",
          "Huber (1964); huber_loss of PyTorch");

  private Errors() {}

  /** {@link ErrorMeasure#SQUARED}. */
  public record Squared() implements ErrorSettings {
    @Override
    public ErrorMeasure create() {
      return ErrorMeasure.SQUARED;
    }
  }

  /** {@link ErrorMeasure#ABSOLUTE}. */
  public record Absolute() implements ErrorSettings {
    @Override
    public ErrorMeasure create() {
      return ErrorMeasure.ABSOLUTE;
    }
  }

  /**
   * {@link ErrorMeasure#huber}.
   *
   * @param delta where the cost becomes linear
   */
  public record Huber(
      @About(
              value = "Difference from which the cost grows linearly.",
              min = 1e-6,
              option = "huber-delta")
          double delta)
      implements ErrorSettings {
    @Override
    public ErrorMeasure create() {
      return ErrorMeasure.huber(delta);
    }
  }
}
