package brume.diffusion.sampler;

import brume.diffusion.process.Spacing;

/** Settings of which levels a sampler visits: a kind of {@link Spacings}. */
public interface SpacingSettings {

  /**
   * The spacing.
   *
   * @return what chooses the levels
   */
  Spacing create();
}
