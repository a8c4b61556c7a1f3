package brume.diffusion.sampler;

import brume.diffusion.process.ContinuousProcess;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Levels;
import brume.diffusion.process.Spacing;
import brume.diffusion.process.Way;
import java.util.Arrays;
import java.util.Locale;

/**
 * Levels whose σ = √((1 − ᾱ)/ᾱ) lie closer the less noise there is, mostly between the times of a
 * process.
 *
 * <pre>
 *   σ[i] = (σ_max^(1/ρ) + i/(S − 1)·(σ_min^(1/ρ) − σ_max^(1/ρ)))^ρ,   i = 0, ..., S − 1
 * </pre>
 *
 * @param rho ρ, larger for more levels with little noise
 * @param smallest σ_min, if the process goes down to it
 * @param largest σ_max, if the process goes up to it
 * @see <a href="https://arxiv.org/abs/2206.00364">Karras et al., Elucidating the Design Space of
 *     Diffusion-Based Generative Models (2022), eq. 5</a>
 */
public record KarrasSpacing(double rho, double smallest, double largest) implements Spacing {

  /** The numbers of the paper's table 1. */
  public static final KarrasSpacing USUAL = new KarrasSpacing(7, 0.002, 80);

  /** Refuses ranges that are none. {@inheritDoc} */
  public KarrasSpacing {
    if (!(rho > 0 && smallest > 0 && largest >= smallest)) {
      throw new IllegalArgumentException(String.format(
          Locale.ROOT,
          "karras: expected rho > 0 and 0 < smallest <= largest, got %s, %s and %s",
          rho,
          smallest,
          largest));
    }
  }

  @Override
  public Levels levels(ForwardProcess q, int steps) {
    SigmaRange range = SigmaRange.of(q, steps, smallest, largest);
    return Levels.ofSigmas(q, sigmas(range.low(), range.high(), steps));
  }

  @Override
  public Way levels(ContinuousProcess process, int steps) {
    SigmaRange range = SigmaRange.of(process, smallest, largest);
    return process.through(Arrays.stream(sigmas(range.low(), range.high(), steps))
        .map(process::timeOf)
        .toArray());
  }

  /** S numbers, ascending. */
  private double[] sigmas(double low, double high, int steps) {
    double[] sigmas = new double[steps];
    for (int i = 0; i < steps; i++) {
      double share = steps == 1 ? 0 : (double) i / (steps - 1);
      sigmas[steps - 1 - i] = Math.pow(
          Math.pow(high, 1 / rho) + share * (Math.pow(low, 1 / rho) - Math.pow(high, 1 / rho)),
          rho);
    }
    return sigmas;
  }
}
