package brume.diffusion.sampler;

import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Levels;

/** Which levels of noise a sampler visits. */
@FunctionalInterface
public interface Spacing {

  /**
   * The levels.
   *
   * @param q the process a network was trained on
   * @param steps S, how many to visit, from 1 to T
   * @return levels of the process or between them
   * @throws IllegalArgumentException if there is no such number of them
   */
  Levels levels(ForwardProcess q, int steps);
}
