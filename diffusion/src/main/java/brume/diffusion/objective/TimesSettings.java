package brume.diffusion.objective;

import brume.diffusion.settings.SettingException;

/** Settings of how often training visits each time: a kind of {@link TimesOfTraining}. */
public interface TimesSettings {

  /**
   * The sampling.
   *
   * @param steps T
   * @return with nothing learned yet
   */
  TimestepSampling create(int steps);

  /**
   * Refuses to draw times that have no numbers.
   *
   * @throws SettingException unless the process is to draw them itself
   */
  default void requireDrawnByProcess() {
    throw new SettingException(
        "{times}: expected uniform with a continuous {process}, which draws its times itself, got another");
  }
}
