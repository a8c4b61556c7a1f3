package brume.diffusion.process;

/** Settings of a noise schedule: a kind of {@link Schedules}. */
public interface ScheduleSettings {

  /**
   * The schedule of a length.
   *
   * @param timesteps T
   * @return the variances of all steps
   * @throws IllegalArgumentException if it does not exist with these numbers or for so few steps
   */
  NoiseSchedule create(int timesteps);
}
