package brume.diffusion.sampler;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.Level;
import brume.diffusion.process.Levels;
import brume.diffusion.process.Mix;
import brume.diffusion.process.Way;
import brume.tensor.Scope;
import brume.tensor.Tensor;
import brume.tensor.Text;
import java.util.Optional;

/**
 * DDIM there and back: the noise that becomes given data is found by walking from them to noise,
 *
 * <pre>
 *   x = s·x_0 + n·ε,   x_0 and ε as a network tells them of x₋
 * </pre>
 *
 * <p>and from it {@link DdimStep} with η = 0 leads back, the more exactly the more steps are done. Of
 * numbered times the network is told that of x, which is what the step back tells it, and read with the
 * shares of x₋, as in diffusers. A first step from data without any noise is read as if they were x.
 *
 * @param levels that are visited
 * @param landings where steps from them lead, if times are numbered
 * @param velocities whether the network predicts v, which is ε where there is no noise
 * @param clipping of estimated data, and of data that a first step takes as they are
 * @see <a href="https://arxiv.org/abs/2105.05233">Dhariwal and Nichol, Diffusion Models Beat GANs on Image
 *     Synthesis (2021), appendix F</a>
 */
public record InverseSampler(
    Way levels, Optional<Levels> landings, boolean velocities, Clipping clipping)
    implements Sampler {

  /** What is known of data on their way to a level. */
  private record Parts(Variable x0, Variable epsilon) {}

  @Override
  public boolean drawsFromNoise() {
    return false;
  }

  @Override
  public Tensor noised(Denoised model, Tensor data, int last, Tensor z) {
    return toNoise(model, data, last, SamplingListener.NONE);
  }

  /**
   * Finds the noise of data.
   *
   * @param model what estimates the data
   * @param data (N, ..., C) in the range of the model; left as they are
   * @param count how many levels they go up, from 1 to all
   * @param listener called after every step, with the data that it took out
   * @return (N, ..., C) what steps back would lead to the data from, at level {@code count - 1}, owned by
   *     the innermost scope
   * @throws NotFiniteException if numbers get lost on the way
   */
  public Tensor toNoise(Denoised model, Tensor data, int count, SamplingListener listener) {
    if (count < 1 || count > levels.count()) {
      throw new IllegalArgumentException(
          Text.of("inverse: expected 1 to %d steps, got %d", levels.count(), count));
    }
    Tensor x = data.like();
    StepSampler.copy(data, x);
    try (Tape.Pause pause = Tape.pause();
        Scope loop = Scope.open()) {
      Denoised way = model.begin(data);
      Tensor x0 = x.like();
      for (int k = 0; k < count; k++) {
        try (Scope scope = Scope.open()) {
          Parts parts = parts(way, Variable.constant(x), k);
          Level level = levels.at(k);
          Variable next = Mix.mix(level.signal(), parts.x0, level.noise(), parts.epsilon);
          if (!FiniteCheck.isFinite(next)) {
            throw new NotFiniteException(Text.of(
                "step %d of %d to noise, at time %s of the network: expected finite samples, got none;"
                    + " predict epsilon or v, or take more steps",
                k + 1, count, level.time()));
          }
          StepSampler.copy(parts.x0.value(), x0);
          StepSampler.copy(next.value(), x);
        }
        listener.step(k + 1, count, x, x0);
      }
    }
    return x;
  }

  private Parts parts(Denoised model, Variable x, int k) {
    Level level = levels.at(k), from = level.before();
    if (from.noise() > 0) {
      Level read = landings.isPresent() ? landings.get().at(k) : from;
      Estimate there = model.at(x, read);
      return new Parts(there.x0(), there.predictedEpsilon());
    }
    Variable epsilon = model.at(x, level).predictedEpsilon();
    return new Parts(
        clipping.apply(x),
        velocities && level.signal() > 0
            ? Mix.mix(1 / level.signal(), epsilon, -level.noise() / level.signal(), x) // v
            : epsilon);
  }

  @Override
  public Tensor denoise(
      Denoised model, Tensor start, int last, NoiseSource noise, SamplingListener listener) {
    return new StepSampler(levels, new DdimStep(0, NoiseEstimate.AS_PREDICTED))
        .denoise(model, start, last, noise, listener);
  }
}
