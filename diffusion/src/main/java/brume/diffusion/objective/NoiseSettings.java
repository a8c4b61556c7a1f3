package brume.diffusion.objective;

import brume.diffusion.settings.About;

/**
 * What the noise of training is made of.
 *
 * @param offset strength of noise that is the same all over a picture; 0 for none
 * @param immiscible whether noise is dealt out so that samples get noise near them
 * @param candidates noises of every sample, of which the one with the smallest loss counts
 */
public record NoiseSettings(
    @About(
            value = "Strength of noise that is the same all over a picture; 0 for none.",
            min = 0,
            option = "offset-noise")
        double offset,
    @About(
            value = "Deal the noise of a batch out so that samples get noise near them.",
            option = "immiscible")
        boolean immiscible,
    @About(
            value =
                "Noises drawn for every sample, of which the one with the smallest loss counts.",
            min = 1,
            max = 64)
        int candidates) {

  /** Independent normal numbers. */
  public static final NoiseSettings PLAIN = new NoiseSettings(0, false, 1);

  Noising.Settings create() {
    return new Noising.Settings(offset, immiscible, candidates);
  }
}
