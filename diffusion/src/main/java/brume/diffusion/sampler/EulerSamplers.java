package brume.diffusion.sampler;

import brume.diffusion.process.TrainedProcess;
import brume.diffusion.settings.About;
import brume.diffusion.settings.Inline;
import brume.diffusion.settings.SettingException;

/** Settings of the family of Euler's method, whose steps are straight lines in σ/α. */
public final class EulerSamplers {

  private static final double HIGHEST = 1e9; // of σ/α: above all levels, and a number in files

  private EulerSamplers() {}

  /**
   * {@link EulerStep}.
   *
   * @param grid levels that are visited
   * @param churn how much noise, in all steps together
   * @param churnFrom smallest σ/α with noise
   * @param churnTo largest σ/α with noise
   * @param churnStrength standard deviation of the noise
   */
  public record Euler(
      @Inline LandingGrid grid,
      @About(value = "Noise that is added before steps, in all of them together.", min = 0)
          double churn,
      @About(value = "Least noise for each unit of data at which some is added.", min = 0)
          double churnFrom,
      @About(value = "Most noise for each unit of data at which some is added.", min = 0)
          double churnTo,
      @About(value = "Standard deviation of what is added; 1 keeps the variance.", min = 0)
          double churnStrength)
      implements SamplerSettings {

    /**
     * Without noise, to data.
     *
     * @param grid levels that are visited
     */
    public Euler(Grid grid) {
      this(new LandingGrid(grid, DdimStep.End.DATA), 0, 0, HIGHEST, 1);
    }

    @Override
    public Sampler create(TrainedProcess process) {
      SettingException.unless(
          churn > 0 || churnFrom == 0 && churnTo == HIGHEST && churnStrength == 1,
          "{churn}: expected more than 0 with {churnFrom}, {churnTo} or {churnStrength}, got 0");
      SettingException.unless(
          churnFrom <= churnTo,
          "{churnTo}: expected at least the %s of {churnFrom}, got %s",
          churnFrom,
          churnTo);
      return grid.sampler(process, new EulerStep(churn, churnFrom, churnTo, churnStrength));
    }
  }

  /**
   * {@link EulerAncestralStep}.
   *
   * @param grid levels that are visited
   * @param eta η
   */
  public record EulerAncestral(
      @Inline Grid grid, @About(value = Samplers.ETA, min = 0, max = 1) double eta)
      implements SamplerSettings {
    @Override
    public Sampler create(TrainedProcess process) {
      return grid.sampler(process, new EulerAncestralStep(eta));
    }
  }
}
