package brume.diffusion.sampler;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Level;
import brume.diffusion.process.Levels;
import brume.diffusion.process.Mix;
import brume.diffusion.process.PixelRange;
import brume.diffusion.process.Way;
import brume.tensor.Scope;
import brume.tensor.Tensor;
import brume.tensor.math.Arithmetic;

/**
 * A way from noise to data, level by level. Samples are in the range of the model, not mapped to
 * [0, 1]; see {@link PixelRange}. {@link StepSampler} is the loop around the {@link Step} of a paper.
 */
public interface Sampler {

  /**
   * The levels of noise on the way.
   *
   * @return the one it starts at is the last
   */
  Way levels();

  /**
   * Number of steps.
   *
   * @return how often a listener is called on the whole way
   */
  default int steps() {
    return levels().count();
  }

  /**
   * Whether estimates of the noise are looked at.
   *
   * @return false if those of the data tell all that steps need
   */
  default boolean readsNoise() {
    return true;
  }

  /**
   * Frees samples of the noise of their last steps.
   *
   * @param model what estimates the data
   * @param start (N, ..., C) samples at level {@code last - 1}; left as they are
   * @param last how many of the last steps to do
   * @param noise where noise comes from
   * @param listener called after every step
   * @return (N, ..., C) samples, owned by the innermost scope
   * @throws NotFiniteException if numbers get lost on the way
   */
  Tensor denoise(
      Denoised model, Tensor start, int last, NoiseSource noise, SamplingListener listener);

  /**
   * Gives data the noise that samples have before the last steps.
   *
   * @param model what estimates the data
   * @param data (N, ..., C) in the range of the model
   * @param last how many of the last steps will follow, at least 1
   * @param z (N, ..., C) standard normal numbers
   * @return (N, ..., C) samples at level {@code last - 1}, owned by the innermost scope
   * @throws NotFiniteException if numbers get lost on the way
   */
  default Tensor noised(Denoised model, Tensor data, int last, Tensor z) {
    Level level = levels().at(last - 1);
    try (Tape.Pause pause = Tape.pause()) {
      return Mix.mix(level.signal(), Variable.constant(data), level.noise(), Variable.constant(z))
          .value();
    }
  }

  /**
   * Whether it draws samples from noise.
   *
   * @return false if all that it does of its own is to find the noise of given data
   */
  default boolean drawsFromNoise() {
    return true;
  }

  /**
   * Makes samples out of noise.
   *
   * @param model what estimates the data
   * @param start (N, ..., C) standard normal numbers, as {@link NoiseSource#start} draws them; left as
   *     they are
   * @param noise where the noise of steps comes from
   * @param listener called after every step
   * @return (N, ..., C) samples, owned by the innermost scope
   * @throws NotFiniteException if numbers get lost on the way
   */
  default Tensor sample(
      Denoised model, Tensor start, NoiseSource noise, SamplingListener listener) {
    double prior = levels().prior();
    if (prior == 1) {
      return denoise(model, start, steps(), noise, listener);
    }
    try (Scope scope = Scope.open()) {
      Tensor scaled = Arithmetic.affine(prior, start, 0);
      return scope.keep(denoise(model, scaled, steps(), noise, listener));
    }
  }

  /**
   * The sampler denoising-diffusion-pytorch would choose: DDPM if all times are visited, else DDIM on
   * uniformly spaced ones.
   *
   * @param q the process a network was trained on
   * @param steps number of times to visit
   * @param eta η of DDIM
   * @return the sampler
   */
  static Sampler of(ForwardProcess q, int steps, double eta) {
    return steps == q.steps()
        ? new StepSampler(Levels.all(q), DdpmStep.USUAL)
        : new StepSampler(TimestepSpacing.UNIFORM.levels(q, steps), DdimStep.of(eta));
  }
}
