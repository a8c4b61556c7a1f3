package brume.diffusion.guidance;

import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.Sampler;

/** Settings of how samples are led to their class: a kind of {@link Guidances}. */
public interface GuidanceSettings {

  /**
   * Leads estimates.
   *
   * @param known estimates that know the class
   * @param unknown estimates that do not
   * @return the estimates that samplers see
   */
  Denoised of(Denoised known, Denoised unknown);

  /**
   * Refuses what would have no effect.
   *
   * @param sampler that draws the samples
   * @throws IllegalArgumentException with the setting to change
   */
  default void requireEffect(Sampler sampler) {}

  /**
   * Whether estimates that do not know the class are needed.
   *
   * @return false if those that know it are taken as they are
   */
  boolean asksTwice();
}
