package brume.diffusion.process;

import brume.tensor.random.RandomKey;

/** Which times of a {@link StraightProcess} training looks at. */
@FunctionalInterface
public interface FlowTimes {

  /**
   * Draws a time.
   *
   * @param key of the step's times
   * @param sample number of the sample within its step
   * @return t from 0 to 1
   */
  double draw(RandomKey key, long sample);
}
