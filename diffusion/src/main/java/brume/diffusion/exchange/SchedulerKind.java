package brume.diffusion.exchange;

import brume.diffusion.process.Levels;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.sampler.DdimStep;
import brume.diffusion.sampler.DdpmStep;
import brume.diffusion.sampler.DdpmStep.LastNoise;
import brume.diffusion.sampler.NoiseEstimate;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.sampler.StepSampler;
import java.util.Arrays;
import java.util.Locale;

/** The schedulers of diffusers that Brume knows: how they walk through the times they were given. */
public enum SchedulerKind {
  /** {@code DDPMScheduler}: from each time to the next of its list, and from the last to the data. */
  DDPM("DDPMScheduler", 1000) {
    @Override
    Sampler sampler(SchedulerConfig config, double eta, NoiseEstimate estimate, int... times) {
      Levels levels = Levels.through(config.process().q(), times);
      return new StepSampler(levels, new DdpmStep(LastNoise.BEFORE_TIME_ZERO));
    }
  },
  /** {@code DDIMScheduler}: T/S times back, rounded down, whatever its list says. */
  DDIM("DDIMScheduler", 50) {
    @Override
    Sampler sampler(SchedulerConfig config, double eta, NoiseEstimate estimate, int... times) {
      NoiseSchedule schedule = config.schedule();
      double end = config.endsClean() ? 1 : schedule.alphaBar(0);
      int stride = schedule.steps() / times.length;
      double[] before = Arrays.stream(times)
          .mapToDouble(t -> t >= stride ? schedule.alphaBar(t - stride) : end)
          .toArray();
      Levels levels = new Levels(
          config.process().q().withSchedule(schedule.respaced(times, before)),
          Arrays.stream(times).asDoubleStream().toArray());
      return new StepSampler(levels, new DdimStep(eta, estimate));
    }
  };

  private final String className;
  private final int usualSteps;

  SchedulerKind(String className, int usualSteps) {
    this.className = className;
    this.usualSteps = usualSteps;
  }

  /** A sampler through some times, ascending. */
  abstract Sampler sampler(
      SchedulerConfig config, double eta, NoiseEstimate estimate, int... times);

  /**
   * Its name in files.
   *
   * @return the class of diffusers
   */
  public String className() {
    return className;
  }

  /**
   * Whether a share of noise can be chosen.
   *
   * @return true for DDIM
   */
  public boolean takesEta() {
    return this == DDIM;
  }

  /**
   * How many steps its pipeline takes unless told otherwise.
   *
   * @param steps T, length of the schedule
   * @return at most T
   */
  public int usualSteps(int steps) {
    return Math.min(usualSteps, steps);
  }

  /** The name in lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
