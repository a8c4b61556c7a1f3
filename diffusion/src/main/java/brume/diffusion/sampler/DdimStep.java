package brume.diffusion.sampler;

import static brume.autograd.function.pointwise.Add.add;

import brume.autograd.Variable;
import brume.diffusion.process.Level;
import brume.diffusion.process.Mix;
import java.util.function.Supplier;

/**
 * Steps of any length with as much noise as wanted: none for η = 0, as much as DDPM for η = 1.
 *
 * <pre>
 *   x₋ = s₋·x_0 + √(n₋² − σ²)·ε + σ·z,   σ = η·n₋·√(1 − (s·n₋/(s₋·n))²)
 * </pre>
 *
 * <p>In the paper s² = ᾱ and n² = 1 − ᾱ; other mixtures of data and noise do as well.
 *
 * @param eta η, 0 for no noise
 * @param noise which ε is used
 * @see <a href="https://arxiv.org/abs/2010.02502">Song, Meng and Ermon, Denoising Diffusion Implicit
 *     Models (2020), eq. 12 and 16</a>
 */
public record DdimStep(double eta, NoiseEstimate noise) implements Step {

  /** Refuses negative noise. {@inheritDoc} */
  public DdimStep {
    if (!(eta >= 0)) {
      throw new IllegalArgumentException("eta: expected 0 or more, got " + eta);
    }
  }

  /**
   * The step that derives the noise from the clipped estimate.
   *
   * @param eta η, 0 for no noise
   * @return the step
   */
  public static DdimStep of(double eta) {
    return new DdimStep(eta, NoiseEstimate.FROM_X0);
  }

  @Override
  public Variable next(Estimate now, Denoised model, Supplier<Variable> z) {
    Level level = now.level(), before = level.before();
    double sigma = sigma(level, before), noise = before.noise();
    double direction = sigma == 0 ? noise : Math.sqrt(Math.max(noise * noise - sigma * sigma, 0));
    Variable next = Mix.mix(before.signal(), now.x0(), direction, this.noise.of(now));
    return sigma == 0 ? next : add(next, Mix.scaled(sigma, z.get()));
  }

  /**
   * One step the other way, from data to noise: the inverse of {@link #next} for η = 0 in the limit
   * of many steps.
   *
   * @param now what is known at the level the samples are at
   * @return (N, ..., C) samples at the level after; pure noise after the last level
   */
  public Variable toNoise(Estimate now) {
    Level after = now.level().after();
    return Mix.mix(after.signal(), now.x0(), after.noise(), now.epsilon());
  }

  private double sigma(Level now, Level before) {
    double left = now.signal() * before.noise() / (before.signal() * now.noise());
    return eta * before.noise() * Math.sqrt(Math.max(1 - left * left, 0));
  }
}
