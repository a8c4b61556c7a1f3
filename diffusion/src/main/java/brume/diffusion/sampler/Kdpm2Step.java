package brume.diffusion.sampler;

import static brume.autograd.function.pointwise.Add.add;

import brume.autograd.Variable;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Level;
import brume.diffusion.process.Levels;
import brume.diffusion.process.Mix;
import java.util.function.Supplier;

/**
 * A second look from the middle of a step, in log σ, whose slope counts for all of it; of second order.
 *
 * <pre>
 *   x̄_m = x̄ + (σ_m − σ)·ε(x̄, σ),   x̄₋ = x̄ + (σ_down − σ)·ε(x̄_m, σ_m) + σ_up·z
 *   σ_m = √(σ·σ_down)
 * </pre>
 *
 * <p>Without noise σ_down = σ₋ and σ_up = 0; with all of it they are those of {@link
 * EulerAncestralStep}. A step to data or from nothing does not look twice.
 *
 * @param middles row k is the level between rows k + 1 and k of the way
 * @param eta η, 0 for no noise
 * @see <a href="https://arxiv.org/abs/2206.00364">Karras et al. (2022), algorithm 2 of the appendix, as
 *     k-diffusion has it in sample_dpm_2 and sample_dpm_2_ancestral</a>
 */
public record Kdpm2Step(Levels middles, double eta) implements Step {

  /**
   * The step of a way.
   *
   * @param q the process a network was trained on
   * @param levels of the way, at least 2
   * @param eta η, 0 for no noise
   * @return the step, with levels in the middle whose times lie between those of the process
   */
  public static Kdpm2Step of(ForwardProcess q, Levels levels, double eta) {
    double[] sigmas = new double[levels.count() - 1];
    for (int k = 0; k < sigmas.length; k++) {
      double from = levels.at(k + 1).sigma(), to = levels.at(k).sigma();
      sigmas[k] = Double.isInfinite(from) ? 2 * to : middle(from, to, eta);
    }
    return new Kdpm2Step(Levels.ofSigmas(q, sigmas), eta);
  }

  /** σ of the middle of a step. */
  static double middle(double sigma, double to, double eta) {
    double up = EulerAncestralStep.up(sigma, to, eta);
    return Math.sqrt(sigma * Math.sqrt(to * to - up * up));
  }

  @Override
  public Variable next(Estimate now, Denoised model, Supplier<Variable> z) {
    Level level = now.level();
    Span span = Span.of(level);
    if (span.endsWithData() || span.startsFromNothing()) {
      return span.first(now);
    }
    double to = span.sigmaTo(), up = EulerAncestralStep.up(span.sigma(), to, eta);
    double down = Math.sqrt(to * to - up * up);
    Level middle = middles.at(level.k() - 1);
    Variable half = Span.between(level, middle).first(now);
    Variable slope = model.at(half, middle).epsilon();
    double signal = span.signalTo();
    Variable next = Mix.plusDifference(
        Mix.mix(signal, now.x0(), signal * down, now.epsilon()),
        signal * (down - span.sigma()),
        slope,
        now.epsilon());
    return up == 0 ? next : add(next, Mix.scaled(signal * up, z.get()));
  }
}
