package brume.diffusion.sampler;

import static brume.autograd.function.pointwise.Add.add;

import brume.autograd.Variable;
import brume.diffusion.process.Mix;
import java.util.function.Supplier;

/**
 * Euler's method to less noise than the next level has; the rest is added anew.
 *
 * <pre>
 *   σ_up² = min(σ₋², η²·σ₋²·(1 − σ₋²/σ²)),   σ_down² = σ₋² − σ_up²
 *   x₋ = α₋·(x_0 + σ_down·ε + σ_up·z)
 * </pre>
 *
 * <p>With η = 1 this is DDIM with η = 1.
 *
 * @param eta η, 0 for no noise
 * @see <a href="https://github.com/crowsonkb/k-diffusion">k-diffusion, sample_euler_ancestral</a>
 */
public record EulerAncestralStep(double eta) implements Step {

  /** Standard deviation of the noise that is added on the way from σ to σ₋. */
  static double up(double sigma, double to, double eta) {
    double ratio = to / sigma;
    return to * Math.min(1, eta * Math.sqrt(1 - ratio * ratio));
  }

  @Override
  public Variable next(Estimate now, Denoised model, Supplier<Variable> z) {
    Span span = Span.of(now.level());
    double to = span.sigmaTo(), up = up(span.sigma(), to, eta);
    double signal = span.signalTo(), down = Math.sqrt(to * to - up * up);
    Variable next = Mix.mix(signal, now.x0(), signal * down, now.epsilon());
    return up == 0 ? next : add(next, Mix.scaled(signal * up, z.get()));
  }
}
