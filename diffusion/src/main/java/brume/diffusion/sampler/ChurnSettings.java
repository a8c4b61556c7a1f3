package brume.diffusion.sampler;

import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;

/**
 * {@link Churn}.
 *
 * @param churn how much noise, in all steps together
 * @param churnFrom smallest σ with noise
 * @param churnTo largest σ with noise
 * @param churnStrength standard deviation of the noise
 */
public record ChurnSettings(
    @About(value = "Noise that is added before steps, in all of them together.", min = 0)
        double churn,
    @About(value = "Least noise for each unit of data at which some is added.", min = 0)
        double churnFrom,
    @About(value = "Most noise for each unit of data at which some is added.", min = 0)
        double churnTo,
    @About(value = "Standard deviation of what is added; 1 keeps the variance.", min = 0)
        double churnStrength) {

  private static final double HIGHEST = 1e9; // of σ: above all levels, and a number in files

  /** No noise. */
  static final ChurnSettings NONE = new ChurnSettings(0, 0, HIGHEST, 1);

  /**
   * The noise.
   *
   * @throws SettingException if there is none at any level
   */
  Churn create() {
    SettingException.unless(
        churnFrom <= churnTo,
        "{churnTo}: expected at least the %s of {churnFrom}, got %s",
        churnFrom,
        churnTo);
    return new Churn(churn, churnFrom, churnTo, churnStrength);
  }
}
