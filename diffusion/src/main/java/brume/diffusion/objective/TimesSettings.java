package brume.diffusion.objective;

/** Settings of how often training visits each time: a kind of {@link TimesOfTraining}. */
public interface TimesSettings {

  /**
   * The sampling.
   *
   * @param steps T
   * @return with nothing learned yet
   */
  TimestepSampling create(int steps);
}
