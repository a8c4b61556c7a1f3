package brume.diffusion.sampler;

import brume.autograd.Variable;
import brume.diffusion.process.Level;
import java.util.function.Supplier;

/**
 * Draws every step from p(x_{t−1} | x_t).
 *
 * <pre>
 *   x_{t−1} = μ(x_t, x_0) + σ·z            no noise in the last step as a rule
 * </pre>
 *
 * @param lastNoise which steps add noise
 * @see <a href="https://arxiv.org/abs/2006.11239">Ho et al. (2020), algorithm 2</a>
 */
public record DdpmStep(LastNoise lastNoise) implements Step {

  /** The step as published. */
  public static final DdpmStep USUAL = new DdpmStep(LastNoise.BEFORE_LAST_STEP);

  /** Which steps add noise; the two differ where a sampler ends before time 0. */
  public enum LastNoise {
    /** All but the last. */
    BEFORE_LAST_STEP {
      @Override
      boolean isIn(Level level) {
        return level.k() > 0;
      }
    },
    /** All but one from time 0 of the network: a last step from a later time ends in noise. */
    BEFORE_TIME_ZERO {
      @Override
      boolean isIn(Level level) {
        return level.time() > 0;
      }
    };

    abstract boolean isIn(Level level);
  }

  @Override
  public boolean readsNoise() {
    return false;
  }

  @Override
  public Variable next(Estimate now, Denoised model, Supplier<Variable> z) {
    Variable mean = now.mean();
    return lastNoise.isIn(now.level()) ? now.perturbed(mean, z.get()) : mean;
  }
}
