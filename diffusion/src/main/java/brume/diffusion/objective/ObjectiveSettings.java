package brume.diffusion.objective;

import brume.diffusion.process.TrainedProcess;

/** Settings of what training minimizes: a kind of {@link Objectives}. */
public interface ObjectiveSettings {

  /**
   * The objective.
   *
   * @param process whose reversal is learned, without clipping
   * @return with nothing learned yet
   * @throws IllegalArgumentException if the process has no such objective
   */
  Objective create(TrainedProcess process);

  /**
   * Refuses what trains without teaching all that sampling needs.
   *
   * @param process whose reversal is learned, without clipping
   * @throws IllegalArgumentException with what to choose instead
   */
  default void requireTrainable(TrainedProcess process) {}
}
