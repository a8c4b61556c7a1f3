package brume.diffusion.sampler;

import brume.tensor.Text;

/**
 * Noise that is added before steps, so that errors of former ones fade.
 *
 * <pre>
 *   σ̂ = (1 + γ)·σ,   x̂ = x + strength·√(σ̂² − σ²)·z
 *   γ = min(amount/S, √2 − 1) for σ from lowest to highest, else 0
 * </pre>
 *
 * @param amount in all S steps together; 0 for none
 * @param lowest σ with noise
 * @param highest σ with noise
 * @param strength standard deviation of z; 1 keeps the variance
 * @see <a href="https://arxiv.org/abs/2206.00364">Karras et al. (2022), algorithm 2</a>
 */
public record Churn(double amount, double lowest, double highest, double strength) {

  /** No noise. */
  public static final Churn NONE = new Churn(0, 0, Double.POSITIVE_INFINITY, 1);

  private static final double MOST = Math.sqrt(2) - 1; // of γ: the variance is doubled at most

  /** Refuses less noise than none. {@inheritDoc} */
  public Churn {
    if (!(amount >= 0)) {
      throw new IllegalArgumentException(Text.of("churn: expected 0 or more, got %s", amount));
    }
  }

  /**
   * How much more noise a step starts from.
   *
   * @param sigma σ, noise for each unit of data at its level
   * @param steps S, of the whole way
   * @return γ, 0 where nothing is left of the data
   */
  public double gamma(double sigma, int steps) {
    return sigma >= lowest && sigma <= highest && Double.isFinite(sigma)
        ? Math.min(amount / steps, MOST)
        : 0;
  }
}
