package brume.diffusion.sampler;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.process.Level;
import brume.diffusion.process.Mix;
import brume.tensor.Scope;
import brume.tensor.Tensor;
import brume.tensor.math.Arithmetic;

/**
 * Pictures between two others: both get noise, are mixed, and are freed of it together.
 *
 * @param sampler does the way back
 * @param t time to which the pictures get noise; the way back starts one step below, as in the
 *     original
 * @see <a href="https://arxiv.org/abs/2006.11239">Ho et al. (2020), section 4.4</a>
 */
public record Interpolation(Sampler sampler, int t) {

  /**
   * Mixes two pictures.
   *
   * @param model what estimates the data
   * @param lambda share of the second picture, in [0, 1]
   * @param first (N, ..., C) pictures
   * @param firstNoise (N, ..., C) their noise
   * @param second (N, ..., C) other pictures
   * @param secondNoise (N, ..., C) their noise
   * @param noise of the steps
   * @param listener called after every step
   * @return (N, ..., C) pictures in between, owned by the innermost scope
   */
  public Tensor between(
      Denoised model,
      double lambda,
      Tensor first,
      Tensor firstNoise,
      Tensor second,
      Tensor secondNoise,
      NoiseSource noise,
      SamplingListener listener) {
    try (Scope scope = Scope.open()) {
      Tensor start =
          Arithmetic.mix(1 - lambda, noisy(first, firstNoise), lambda, noisy(second, secondNoise));
      return scope.keep(sampler.denoise(model, start, t, noise, listener));
    }
  }

  private Tensor noisy(Tensor x0, Tensor epsilon) {
    Level level = sampler.levels().at(t);
    try (Tape.Pause pause = Tape.pause()) {
      Variable data = Variable.constant(x0), noise = Variable.constant(epsilon);
      return Mix.mix(level.signal(), data, level.noise(), noise).value();
    }
  }
}
