package brume.diffusion.sampler;

import brume.diffusion.process.ContinuousProcess;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Levels;
import brume.diffusion.process.Spacing;
import brume.diffusion.process.Way;
import java.util.Arrays;

/**
 * Levels whose σ = √((1 − ᾱ)/ᾱ) grow in equal ratios: equal steps in λ, as the solvers of {@link
 * DpmMultistep} see it.
 *
 * @param smallest least σ, if the process goes down to it
 * @param largest most σ, if the process goes up to it
 * @see <a href="https://arxiv.org/abs/2206.00927">Lu et al., DPM-Solver (2022), section 3.4</a>
 */
public record ExponentialSpacing(double smallest, double largest) implements Spacing {

  @Override
  public Levels levels(ForwardProcess q, int steps) {
    return Levels.ofSigmas(q, sigmas(SigmaRange.of(q, steps, smallest, largest), steps));
  }

  @Override
  public Way levels(ContinuousProcess process, int steps) {
    SigmaRange range = SigmaRange.of(process, smallest, largest);
    return process.through(
        Arrays.stream(sigmas(range, steps)).map(process::timeOf).toArray());
  }

  /** S numbers, ascending. */
  private static double[] sigmas(SigmaRange range, int steps) {
    double[] sigmas = new double[steps];
    for (int i = 0; i < steps; i++) {
      double share = steps == 1 ? 1 : (double) i / (steps - 1);
      sigmas[i] = range.low() * Math.pow(range.high() / range.low(), share);
    }
    return sigmas;
  }
}
