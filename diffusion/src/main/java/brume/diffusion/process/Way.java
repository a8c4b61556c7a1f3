package brume.diffusion.process;

/** Levels of noise on a way from noise to data. */
public interface Way {

  /**
   * Number of levels.
   *
   * @return as many as steps, the last of which leads to data
   */
  int count();

  /**
   * One level.
   *
   * @param k its number, 0 for the one with the least noise
   * @return the level
   */
  Level at(int k);

  /**
   * What standard normal numbers are multiplied with to begin the way.
   *
   * @return standard deviation at the last level, as a sampler takes it to be
   */
  default double prior() {
    return 1;
  }

  /**
   * The same way, begun with the noise of its last level alone, without what is left of the data there.
   *
   * @return this one if it is begun so, or has no other beginning
   */
  default Way fromNoiseAlone() {
    return this;
  }
}
