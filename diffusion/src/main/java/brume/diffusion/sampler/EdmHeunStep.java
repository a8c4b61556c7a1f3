package brume.diffusion.sampler;

import brume.autograd.Variable;
import brume.diffusion.process.Level;
import brume.diffusion.process.Mix;
import brume.diffusion.process.TrainedProcess;
import brume.tensor.Tensor;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@link HeunStep} with noise before it: both looks, unlike that of {@link EulerStep}, see the samples
 * with the noise.
 *
 * <pre>
 *   x̂ = x̄ + strength·√(σ̂² − σ²)·z
 *   x̄' = x̂ + (σ₋ − σ̂)·ε̂(x̂, σ̂)
 *   x̄₋ = x̂ + (σ₋ − σ̂)·(ε̂(x̂, σ̂) + ε̂(x̄', σ₋))/2
 * </pre>
 *
 * <p>A process that ends below σ̂ is asked at its end.
 *
 * @param process a network was trained on
 * @param churn what the noise is
 * @see <a href="https://arxiv.org/abs/2206.00364">Karras et al., Elucidating the Design Space of
 *     Diffusion-Based Generative Models (2022), algorithm 2</a>
 */
public record EdmHeunStep(TrainedProcess process, Churn churn) implements RememberingStep {

  @Override
  public Step begin(Tensor start, int steps) {
    return new Run(steps);
  }

  /** A way, whose looks are from levels that are none of its own. */
  private final class Run implements Step {
    private final int steps;
    private Optional<Level> there = Optional.empty(); // where the step leads

    Run(int steps) {
      this.steps = steps;
    }

    @Override
    public Estimate look(Denoised model, Variable xt, Level level, Supplier<Variable> z) {
      there = Optional.of(level.before());
      double gamma = churn.gamma(level.sigma(), steps);
      if (gamma == 0) {
        return model.at(xt, level);
      }
      Level more = process.levelOf((1 + gamma) * level.sigma());
      double sigma = more.sigma(), least = level.sigma();
      double added = Math.sqrt(Math.max(sigma * sigma - least * least, 0));
      double signal = more.signal();
      Variable noisy =
          Mix.mix(signal / level.signal(), xt, signal * churn.strength() * added, z.get());
      return model.at(noisy, more);
    }

    @Override
    public Variable next(Estimate now, Denoised model, Supplier<Variable> z) {
      return HeunStep.next(now, there.orElseGet(now.level()::before), model);
    }
  }
}
