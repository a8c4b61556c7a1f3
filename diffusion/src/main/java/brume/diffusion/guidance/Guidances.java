package brume.diffusion.guidance;

import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.settings.About;
import brume.diffusion.settings.Catalog;
import brume.diffusion.settings.SettingException;

/** The ways to lead samples to their class, by name; a number alone is a scale. */
public final class Guidances {

  /** All of them. */
  public static final Catalog<GuidanceSettings> CATALOG = Catalog.of(
          "guidance", "guidances", GuidanceSettings.class)
      .add("none", new None(), "Samples of a class are drawn as the network knows it.", "")
      .add(
          "classifier-free",
          new Free(3, 0, 1, false),
          "What the network says of a class is exaggerated; a number alone is its scale.",
          "Ho and Salimans (2022); denoising-diffusion-pytorch 2.3.1, classifier_free_guidance")
      .withNumber("classifier-free", "scale");

  private Guidances() {}

  /** The estimates that know the class, as they are. */
  public record None() implements GuidanceSettings {
    @Override
    public Denoised of(Denoised known, Denoised unknown) {
      return known;
    }

    @Override
    public boolean asksTwice() {
      return false;
    }
  }

  /**
   * {@link GuidedEstimates}.
   *
   * @param scale s
   * @param rescale φ
   * @param keepParallel k
   * @param plusPlus whether the noise is taken from what does not know the class
   * @param from smallest σ at which it leads
   * @param to largest σ at which it leads
   */
  public record Free(
      @About(
              value = "How far to lead: 1 for the class as it is, more to exaggerate it.",
              min = 0,
              max = 1000,
              option = "guidance-scale")
          double scale,
      @About(
              value = "Share of the outputs whose spread is brought back to what it was.",
              min = 0,
              max = 1,
              option = "guidance-rescale")
          double rescale,
      @About(
              value = "Share that is kept of the part along the output; less saturates less.",
              min = 0,
              max = 1)
          double keepParallel,
      @About(
              value = "Take the noise from what does not know the class (CFG++).",
              option = "cfg-plus-plus")
          boolean plusPlus,
      @About(
              value =
                  "Least noise for each unit of data at which to lead; elsewhere the network is asked once.",
              min = 0,
              option = "guidance-from")
          double from,
      @About(
              value =
                  "Most noise for each unit of data at which to lead; elsewhere the network is asked once.",
              min = 0,
              option = "guidance-to")
          double to)
      implements GuidanceSettings {

    /**
     * The same at every level of noise.
     *
     * @param scale s
     * @param rescale φ
     * @param keepParallel k
     * @param plusPlus whether the noise is taken from what does not know the class
     */
    public Free(double scale, double rescale, double keepParallel, boolean plusPlus) {
      this(scale, rescale, keepParallel, plusPlus, 0, NoiseRange.HIGHEST);
    }

    private NoiseRange range() {
      return new NoiseRange(from, to);
    }

    @Override
    public Denoised of(Denoised known, Denoised unknown) {
      ClassifierFree how = new ClassifierFree(scale, rescale, keepParallel);
      return new GuidedEstimates(known, unknown, how, plusPlus, range());
    }

    @Override
    public void requireEffect(Sampler sampler) {
      SettingException.unless(
          scale != 1 || rescale == 0,
          "{guidance.rescale}: expected 0 with {guidance.scale} 1, which leads nowhere, got %s",
          rescale);
      SettingException.unless(
          scale != 1 || keepParallel == 1,
          "{guidance.keepParallel}: expected 1 with {guidance.scale} 1, which leads nowhere, got %s",
          keepParallel);
      SettingException.unless(
          scale != 1 || plusPlus || range().equals(NoiseRange.EVERYWHERE),
          "{guidance.from}: expected 0, and {guidance.to} left out, with {guidance.scale} 1, which leads nowhere, got"
              + " %s and %s",
          from,
          to);
      SettingException.unless(
          range().meets(sampler.levels()),
          "{guidance.from}: expected a range, with {guidance.to}, that has a level of the sampler, whose noise for"
              + " each unit of data goes from %s to %s, got %s to %s",
          sigma(sampler, 0),
          sigma(sampler, sampler.levels().count() - 1),
          from,
          to);
      SettingException.unless(
          !plusPlus || sampler.readsNoise(),
          "{guidance.plusPlus}: expected a sampler that looks at the noise, such as ddim or dpmpp-2m, got one"
              + " that never does; choose another with {sampler}");
    }

    private static double sigma(Sampler sampler, int k) {
      return sampler.levels().at(k).sigma();
    }

    @Override
    public boolean asksTwice() {
      return scale != 1 || plusPlus;
    }
  }
}
