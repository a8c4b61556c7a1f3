package brume.diffusion.process;

import brume.diffusion.settings.SettingException;

/** Which levels of noise a sampler visits. */
@FunctionalInterface
public interface Spacing {

  /**
   * Levels of a process with numbered times.
   *
   * @param q the process a network was trained on
   * @param steps S, how many to visit, from 1 to T
   * @return levels of the process or between them
   * @throws IllegalArgumentException if there is no such number of them
   */
  Levels levels(ForwardProcess q, int steps);

  /**
   * Levels of a continuous process.
   *
   * @param process a network was trained on
   * @param steps S, how many to visit
   * @return levels of the process
   * @throws IllegalArgumentException if they are not defined without numbers of times
   */
  default Way levels(ContinuousProcess process, int steps) {
    throw new SettingException(
        "{spacing}: expected uniform, karras, exponential or shifted with a {process} whose times have no numbers,"
            + " got another");
  }
}
