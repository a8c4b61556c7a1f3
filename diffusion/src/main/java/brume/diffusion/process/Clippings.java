package brume.diffusion.process;

import brume.diffusion.settings.About;
import brume.diffusion.settings.Catalog;

/** The ways to keep estimates of the data in range, by name. */
public final class Clippings {

  /** All of them. */
  public static final Catalog<ClippingSettings> CATALOG = Catalog.of(
          "clipping", "clippings", ClippingSettings.class)
      .add(
          "range",
          new Range(1),
          "Estimates of the data are limited to a range.",
          "Ho et al. (2020), released code")
      .add("none", new None(), "Estimates are left as they are.", "")
      .add(
          "dynamic",
          new Dynamic(0.995, 1),
          "Each sample is limited to the range that holds most of it, then scaled.",
          "Saharia et al. (2022), section 2.3");

  private Clippings() {}

  /**
   * {@link Clipping#at}.
   *
   * @param limit largest magnitude
   */
  public record Range(
      @About(
              value = "Largest magnitude of an estimate; pictures are in -1 to 1.",
              min = 1e-6,
              option = "clip-limit")
          double limit)
      implements ClippingSettings {
    @Override
    public Clipping create() {
      return Clipping.at(limit);
    }
  }

  /** {@link Clipping#none}. */
  public record None() implements ClippingSettings {
    @Override
    public Clipping create() {
      return Clipping.none();
    }
  }

  /**
   * {@link Clipping#dynamic}.
   *
   * @param quantile part of a sample's values that stay unlimited
   * @param largest limit that is never exceeded
   */
  public record Dynamic(
      @About(
              value = "Part of a sample's values that stay unlimited.",
              min = 1e-6,
              max = 1,
              option = "clip-quantile")
          double quantile,
      @About(value = "Limit that is never exceeded.", min = 1, option = "clip-largest")
          double largest)
      implements ClippingSettings {
    @Override
    public Clipping create() {
      return Clipping.dynamic(quantile, largest);
    }
  }
}
