package brume.diffusion.sampler;

import brume.autograd.Variable;
import brume.diffusion.process.Level;
import brume.tensor.Tensor;
import java.util.function.Supplier;

/**
 * The step of one paper, from a level to the one before it. Samplers ask what {@link #begin} returns,
 * and only that may remember what it was given before.
 */
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
   * The look at the network that a step begins with, from where the samples are unless said otherwise.
   *
   * @param model to be asked
   * @param xt (N, ..., C) samples
   * @param level they are at
   * @param z draws (N, ..., C) noise, which {@link #next} must not ask for again
   * @return what {@link #next} gets
   */
  default Estimate look(Denoised model, Variable xt, Level level, Supplier<Variable> z) {
    return model.at(xt, level);
  }

  /**
   * The same for one way from noise to data.
   *
   * @param start (N, ..., C) where the way starts; memory for what is remembered is owned by the
   *     innermost scope
   * @param steps of the whole way, from the last level to data
   * @return itself if it remembers nothing
   */
  default Step begin(Tensor start, int steps) {
    return this;
  }

  /**
   * Whether the estimate of the noise is looked at.
   *
   * @return false if that of the data tells all that steps need, besides noise that is drawn
   */
  default boolean readsNoise() {
    return true;
  }
}
