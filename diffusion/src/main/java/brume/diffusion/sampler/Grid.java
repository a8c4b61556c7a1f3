package brume.diffusion.sampler;

import brume.diffusion.process.Levels;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.process.TrainedProcess;
import brume.diffusion.settings.About;

/**
 * Which levels of noise a sampler visits.
 *
 * @param steps how many
 * @param spacing of the levels
 */
public record Grid(
    @About(value = STEPS, min = 1, option = "sample-steps") int steps,
    @About(SPACING) SpacingSettings spacing) {

  static final String STEPS = "Steps of sampling.";
  static final String SPACING = "Which levels of noise are visited.";

  /**
   * A sampler that goes down these levels.
   *
   * @param process trained
   * @param step from one level to the next
   * @return the sampler
   * @throws IllegalArgumentException if the process has no such levels
   */
  public Sampler sampler(TrainedProcess process, Step step) {
    return new StepSampler(process.levels(spacing.create(), steps), step);
  }

  /**
   * A sampler of the family of Euler's method, which begins as it does in diffusers: with σ·z in units of the data,
   * though z alone is as good, where levels go from the last time down in even steps.
   */
  Sampler begun(Sampler sampler) {
    boolean fromLast = spacing instanceof Spacings.Even || spacing instanceof Spacings.Trailing;
    return fromLast && sampler instanceof StepSampler steps
        ? new StepSampler(steps.levels().fromNoiseAlone(), steps.step())
        : sampler;
  }

  /** The levels of a process with numbered times. */
  Levels levels(ReverseProcess process) {
    return process.levels(spacing.create(), steps);
  }
}
