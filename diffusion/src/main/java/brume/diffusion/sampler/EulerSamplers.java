package brume.diffusion.sampler;

import brume.diffusion.process.TrainedProcess;
import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;

/** Settings of the family of Euler's method, whose steps are straight lines in σ/α. */
public final class EulerSamplers {

  private static final double HIGHEST = 1e9; // of σ/α: above all levels, and a number in files

  private EulerSamplers() {}

  /**
   * {@link EulerStep}.
   *
   * @param steps how many levels are visited
   * @param spacing of the levels
   * @param end where the last step leads
   * @param churn how much noise, in all steps together
   * @param churnFrom smallest σ/α with noise
   * @param churnTo largest σ/α with noise
   * @param churnStrength standard deviation of the noise
   */
  public record Euler(
      @About(value = Samplers.STEPS, min = 1, option = "sample-steps") int steps,
      @About(Samplers.SPACING) SpacingSettings spacing,
      @About(value = Samplers.END, option = "last-step") DdimStep.End end,
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
     * @param steps how many levels are visited
     * @param spacing of the levels
     */
    public Euler(int steps, SpacingSettings spacing) {
      this(steps, spacing, DdimStep.End.DATA, 0, 0, HIGHEST, 1);
    }

    @Override
    public Sampler create(TrainedProcess process) {
      SettingException.unless(
          churn > 0 || churnFrom == 0 && churnTo == HIGHEST && churnStrength == 1,
          "{churn}: expected more than 0 with {churnFrom}, {churnTo} or {churnStrength}, got 0");
      return new StepSampler(
          Samplers.levels(process, spacing, steps, end),
          new EulerStep(churn, churnFrom, churnTo, churnStrength));
    }
  }

  /**
   * {@link EulerAncestralStep}.
   *
   * @param steps how many levels are visited
   * @param spacing of the levels
   * @param eta η
   */
  public record EulerAncestral(
      @About(value = Samplers.STEPS, min = 1, option = "sample-steps") int steps,
      @About(Samplers.SPACING) SpacingSettings spacing,
      @About(value = Samplers.ETA, min = 0, max = 1) double eta)
      implements SamplerSettings {
    @Override
    public Sampler create(TrainedProcess process) {
      return new StepSampler(Samplers.levels(process, spacing, steps), new EulerAncestralStep(eta));
    }
  }
}
