package brume.diffusion.sampler;

import brume.autograd.Variable;
import brume.diffusion.process.ContinuousProcess;
import brume.diffusion.process.Level;
import brume.diffusion.process.Mix;
import java.util.function.Supplier;

/**
 * Steps of second order along the flow dx = x_0·ds + ε·dn, whose estimates at both ends count half. Of
 * straight lines it is Heun's method for the velocity ε − x_0.
 *
 * <pre>
 *   x' = s₋·x_0 + n₋·ε
 *   x₋ = x' + (s₋ − s)/2·(x_0' − x_0) + (n₋ − n)/2·(ε' − ε)
 * </pre>
 *
 * <p>It divides by no share of the data, so that it may start from nothing. The step to data is straight.
 */
public record TrapezoidStep() implements Step {

  @Override
  public Variable next(Estimate now, Denoised model, Supplier<Variable> z) {
    Span span = Span.of(now.level());
    Variable euler = span.first(now);
    if (span.endsWithData()) {
      return euler;
    }
    Estimate then = model.at(euler, now.level().before());
    double data = (span.signalTo() - span.signal()) / 2;
    double noise = (span.noiseTo() - span.noise()) / 2;
    return Mix.plusDifference(
        Mix.plusDifference(euler, data, then.x0(), now.x0()), noise, then.epsilon(), now.epsilon());
  }

  /**
   * The same with an estimate from the middle of a step, in the time of a process, that counts for all of
   * it.
   *
   * <pre>
   *   x_m = s_m·x_0 + n_m·ε,   x₋ = x + (s₋ − s)·x_0' + (n₋ − n)·ε'
   * </pre>
   *
   * @param process a network was trained on
   */
  public record Middle(ContinuousProcess process) implements Step {

    @Override
    public Variable next(Estimate now, Denoised model, Supplier<Variable> z) {
      Level level = now.level(), before = level.before();
      Span span = Span.of(level);
      double there = span.endsWithData() ? 0 : process.timeOf(before.sigma());
      Level middle = process.instead((process.timeOf(level.sigma()) + there) / 2, level);
      Estimate look = model.at(Span.between(level, middle).first(now), middle);
      Variable carried = Mix.mix(
          span.signalTo() - span.signal(),
          look.x0(),
          span.noiseTo() - span.noise(),
          look.epsilon());
      return Mix.mix(1, now.xt(), 1, carried);
    }
  }
}
