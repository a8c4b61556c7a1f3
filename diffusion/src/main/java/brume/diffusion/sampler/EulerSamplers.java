package brume.diffusion.sampler;

import brume.diffusion.process.TrainedProcess;
import brume.diffusion.settings.About;
import brume.diffusion.settings.Inline;
import brume.diffusion.settings.SettingException;

/** Settings of the family of Euler's method, whose steps are straight lines in σ/α. */
public final class EulerSamplers {

  private EulerSamplers() {}

  /**
   * {@link EulerStep}.
   *
   * @param grid levels that are visited
   * @param churn noise before steps
   */
  public record Euler(@Inline LandingGrid grid, @Inline ChurnSettings churn)
      implements SamplerSettings {

    /**
     * Without noise, to data.
     *
     * @param grid levels that are visited
     */
    public Euler(Grid grid) {
      this(new LandingGrid(grid, End.DATA), ChurnSettings.NONE);
    }

    @Override
    public Sampler create(TrainedProcess process) {
      SettingException.unless(
          churn.churn() > 0 || churn.equals(ChurnSettings.NONE),
          "{churn}: expected more than 0 with {churnFrom}, {churnTo} or {churnStrength}, got 0");
      return grid.grid().begun(grid.sampler(process, new EulerStep(churn.create())));
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
      return grid.begun(grid.sampler(process, new EulerAncestralStep(eta)));
    }
  }
}
