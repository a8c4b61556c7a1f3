package brume.diffusion.sampler;

import static brume.autograd.function.pointwise.Add.add;

import brume.autograd.Variable;
import brume.diffusion.process.Mix;
import java.util.function.Supplier;

/**
 * A jump to data, and with fresh noise to the next level: for networks that were distilled to jump, and
 * the stochastic steps of flows.
 *
 * <pre>
 *   x₋ = s₋·x_0 + √(n₋² − (s₋·least)²)·z
 * </pre>
 *
 * @param least noise for each unit of data that the data count as having
 * @see <a href="https://arxiv.org/abs/2303.01469">Song et al., Consistency Models (2023), algorithm 1</a>
 */
public record RenoisedStep(double least) implements Step {

  @Override
  public boolean readsNoise() {
    return false;
  }

  @Override
  public Variable next(Estimate now, Denoised model, Supplier<Variable> z) {
    Span span = Span.of(now.level());
    Variable data = Mix.scaled(span.signalTo(), now.x0());
    double rest = span.signalTo() * least;
    double noise = Math.sqrt(Math.max(span.noiseTo() * span.noiseTo() - rest * rest, 0));
    return noise == 0 ? data : add(data, Mix.scaled(noise, z.get()));
  }
}
