package brume.diffusion.sampler;

import static brume.autograd.function.pointwise.Add.add;

import brume.autograd.Variable;
import brume.diffusion.process.Mix;
import brume.tensor.Tensor;
import java.util.function.Supplier;

/**
 * Euler's method along the probability flow, maybe with some noise before a step.
 *
 * <pre>
 *   x̄ = x/α,   σ̂ = (1 + γ)·σ,   x̂ = x̄ + s·√(σ̂² − σ²)·z
 *   x̄₋ = x̂ + (σ₋ − σ̂)·ε(x̄, σ)
 * </pre>
 *
 * <p>Without churn this is DDIM. In the paper ε is that of x̂ and σ̂; here it is asked before the noise
 * comes, as diffusers does it, so that a step asks once whether it has noise or not.
 *
 * @param churn what the noise is, with γ and s
 * @see <a href="https://arxiv.org/abs/2206.00364">Karras et al. (2022), algorithm 2, without its second
 *     look</a>
 */
public record EulerStep(Churn churn) implements RememberingStep {

  /** Remembers how many steps share the noise. {@inheritDoc} */
  @Override
  public Step begin(Tensor start, int steps) {
    return (now, model, z) -> next(now, z, churn.gamma(now.level().sigma(), steps));
  }

  private Variable next(Estimate now, Supplier<Variable> z, double gamma) {
    Span span = Span.of(now.level());
    Variable euler = span.first(now);
    if (gamma == 0) {
      return euler;
    }
    double sigma = span.sigma();
    double added = Math.sqrt(gamma * (2 + gamma)) * sigma; // √(σ̂² − σ²)
    Variable back = Mix.mix(
        -span.signalTo() * gamma * sigma,
        now.epsilon(),
        span.signalTo() * churn.strength() * added,
        z.get());
    return add(euler, back);
  }
}
