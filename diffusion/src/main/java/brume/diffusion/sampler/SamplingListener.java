package brume.diffusion.sampler;

import brume.tensor.Tensor;

/** Watches samples come into being, for progress bars and animations. */
@FunctionalInterface
public interface SamplingListener {

  /** Watches nothing. */
  SamplingListener NONE = (done, of, x, x0) -> {};

  /**
   * Called after every step.
   *
   * @param done number of steps done
   * @param of number of steps in all
   * @param x (N, ..., C) samples as they are now; overwritten by the next step
   * @param x0 (N, ..., C) what the network thinks they will be; overwritten by the next step
   */
  void step(int done, int of, Tensor x, Tensor x0);
}
