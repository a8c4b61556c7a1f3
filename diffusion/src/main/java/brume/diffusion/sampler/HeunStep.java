package brume.diffusion.sampler;

import brume.autograd.Variable;
import brume.diffusion.process.Level;
import brume.diffusion.process.Mix;
import java.util.function.Supplier;

/**
 * Steps of second order along the probability flow, without noise: a step of Euler's method to the
 * level before, and a second look from there, after which both slopes count half.
 *
 * <pre>
 *   x̄ = x/s,    dx̄/dσ = ε̂(x̄, σ)                                    Karras 2022, eq. 3 with s = 1
 *   x̄' = x̄ + (σ₋ − σ)·ε̂(x̄, σ)
 *   x̄₋ = x̄ + (σ₋ − σ)·(ε̂(x̄, σ) + ε̂(x̄', σ₋))/2
 * </pre>
 *
 * <p>In the coordinates of the process the first line is a step of DDIM, to which the second adds
 * s₋·(σ − σ₋)/2·(ε̂(x̄, σ) − ε̂(x̄', σ₋)). There is no second look where a slope would be infinite or
 * has no place: at a level with next to no data, and in the step to data. Errors fall with the square of
 * gaps in σ; {@link KarrasSpacing} makes them even in the sense of the paper, while levels at
 * equal gaps in time leave large ones where there is most noise.
 *
 * @see <a href="https://arxiv.org/abs/2206.00364">Karras et al., Elucidating the Design Space of
 *     Diffusion-Based Generative Models (2022), algorithm 1</a>
 */
public record HeunStep() implements Step {

  @Override
  public Variable next(Estimate now, Denoised model, Supplier<Variable> z) {
    return next(now, now.level().before(), model);
  }

  /** The step to another level than the one before. */
  static Variable next(Estimate now, Level there, Denoised model) {
    Level level = now.level();
    Variable slope = now.epsilon();
    Variable euler = Mix.mix(there.signal(), now.x0(), there.noise(), slope);
    if (there.noise() == 0 || level.isNoise()) {
      return euler;
    }
    Variable slopeThere = model.at(euler, there).epsilon();
    double half = there.signal() * (level.sigma() - there.sigma()) / 2;
    return Mix.mix(1, euler, 1, Mix.mix(half, slope, -half, slopeThere));
  }
}
