package brume.diffusion.sampler;

import brume.diffusion.process.Levels;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.process.Spacing;
import brume.diffusion.process.TrainedProcess;
import brume.diffusion.process.Way;
import brume.diffusion.settings.About;
import brume.diffusion.settings.Inline;

/**
 * Which levels of noise a sampler visits, and where it goes from the last of them.
 *
 * @param grid the levels
 * @param end where the last step leads
 */
public record LandingGrid(@Inline Grid grid, @About(value = END, option = "last-step") End end) {

  static final String END = "Where the last step leads: to data, or to the first time.";

  /**
   * A sampler that goes down these levels.
   *
   * @param process trained
   * @param step from one level to the next
   * @return the sampler
   * @throws IllegalArgumentException if the process has no such levels
   */
  public Sampler sampler(TrainedProcess process, Step step) {
    return sampler(process, Stride.LEVEL, step);
  }

  /** A sampler that goes down these levels by this step, as far as a stride leads. */
  Sampler sampler(TrainedProcess process, Stride stride, Step step) {
    return new StepSampler(way(process, stride), step);
  }

  /** These levels, from which steps lead as far as a stride does. */
  Way way(TrainedProcess process, Stride stride) {
    return process.levels(landing(stride), grid.steps());
  }

  /** The levels of a process with numbered times. */
  Levels levels(ReverseProcess process, Stride stride) {
    return process.levels(landing(stride), grid.steps());
  }

  private Spacing landing(Stride stride) {
    return new LandingSpacing(grid.spacing().create(), stride, end);
  }
}
