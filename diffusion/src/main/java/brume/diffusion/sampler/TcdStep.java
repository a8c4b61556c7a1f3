package brume.diffusion.sampler;

import brume.autograd.Variable;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Level;
import brume.diffusion.process.Levels;
import brume.diffusion.process.Mix;
import java.util.function.Supplier;

/**
 * The step of trajectory consistency distillation: with DDIM to less noise than the next level has, and
 * back to it with fresh noise.
 *
 * <pre>
 *   x_s = α_s·x_0 + σ_s·ε,   s = (1 − η)·t₋, rounded down
 *   x₋ = α₋/α_s·x_s + √(1 − (α₋/α_s)²)·z          x_s itself in the last step
 * </pre>
 *
 * @param landings row k is the level s of the step from level k
 * @see <a href="https://arxiv.org/abs/2402.19159">Zheng et al., Trajectory Consistency Distillation
 *     (2024), algorithm 4</a>
 */
public record TcdStep(Levels landings) implements Step {

  /**
   * The step of a way.
   *
   * @param eta η, 0 for no noise, 1 for all of it
   * @param q the process a network was trained on
   * @param levels of the way
   * @return the step, whose last one leads to the first time of the process
   */
  public static TcdStep of(double eta, ForwardProcess q, Levels levels) {
    int[] times = new int[levels.count()];
    for (int k = 1; k < times.length; k++) {
      times[k] = (int) ((1 - eta) * levels.time(k - 1));
    }
    return new TcdStep(Levels.through(q, times));
  }

  @Override
  public Variable next(Estimate now, Denoised model, Supplier<Variable> z) {
    Level level = now.level(), landing = landings.at(level.k());
    Variable there = Span.between(level, landing).first(now);
    if (level.k() == 0) {
      return there;
    }
    double ratio = level.before().signal() / landing.signal();
    double fresh = 1 - ratio * ratio;
    return fresh > 0 ? Mix.mix(ratio, there, Math.sqrt(fresh), z.get()) : there;
  }
}
