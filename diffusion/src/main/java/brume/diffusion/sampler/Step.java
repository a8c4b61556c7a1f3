package brume.diffusion.sampler;

import brume.autograd.Variable;
import java.util.function.Supplier;

/** The step of one paper, from a level to the one before it. It remembers nothing. */
@FunctionalInterface
public interface Step {

  /**
   * One step back.
   *
   * @param now what is known at the level the samples are at
   * @param model to be asked again, at other points or levels
   * @param z draws (N, ..., C) noise; asked at most once, and only if noise is needed
   * @return (N, ..., C) samples at the level before, or data after level 0
   */
  Variable next(Estimate now, Denoised model, Supplier<Variable> z);

  /**
   * How often a network is asked.
   *
   * @param steps of the whole way
   * @return once a step, unless said otherwise
   */
  default int evaluations(int steps) {
    return steps;
  }
}
