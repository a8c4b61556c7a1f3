package brume.diffusion.objective;

import brume.diffusion.process.TrainedProcess;
import brume.diffusion.settings.SettingException;
import brume.nn.Role;
import java.util.List;

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
   * Channels of the network's answers.
   *
   * @param process whose reversal is learned
   * @param channels C of the data
   * @param classes names of those of the data; empty if they have none
   * @return as many as the process reads, unless something else is learned
   * @throws SettingException if the data have not what is to be learned
   */
  default int outputs(TrainedProcess process, int channels, List<String> classes) {
    return process.outputs(channels);
  }

  /**
   * Whether a network learns to tell classes, not to draw.
   *
   * @return true if no samples can be drawn from it
   */
  default boolean tellsClasses() {
    return false;
  }

  /**
   * Whether what is learned has seen noise, so that it can be asked on the way from noise to data.
   *
   * @return false where data are shown as they are
   */
  default boolean seesNoise() {
    return true;
  }

  /**
   * What kind of network it teaches.
   *
   * @return one that tells noise from data unless something else is learned
   */
  default Role role() {
    return Role.DENOISER;
  }

  /**
   * Whether it teaches networks of a kind.
   *
   * @param role what they are for
   * @return true of its own {@link #role}, unless it teaches others, too
   */
  default boolean teaches(Role role) {
    return role == role();
  }

  /**
   * Whether samples can be drawn from what is learned.
   *
   * @return false of classifiers, and of what encodes
   */
  default boolean draws() {
    return !tellsClasses() && role() == Role.DENOISER;
  }

  /**
   * Whether pictures show what is learned.
   *
   * @return true where samples are drawn, or pictures decoded
   */
  default boolean shows() {
    return draws();
  }

  /**
   * Samples that are not learned from but measured.
   *
   * @return at most so many, and at most a tenth of all; 0 for none
   */
  default int heldBack() {
    return 0;
  }

  /**
   * Samples of one forward pass that it takes.
   *
   * @return more than 1 if samples of a batch are compared with each other
   */
  default int leastBatch() {
    return 1;
  }

  /**
   * Refuses what trains without teaching all that sampling needs.
   *
   * @param process whose reversal is learned, without clipping
   * @throws IllegalArgumentException with what to choose instead
   */
  default void requireTrainable(TrainedProcess process) {}
}
