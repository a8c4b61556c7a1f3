package brume.diffusion.process;

import brume.tensor.random.RandomKey;
import java.util.Arrays;

/**
 * The process of variance-preserving networks as Karras et al. see it: noise σ on data that keep their
 * size, which the network is shown divided by √(σ² + 1), and whose noise it tells.
 *
 * <pre>
 *   σ(t)  = √(exp(β_d·t²/2 + β_min·t) − 1)
 *   skip  = 1                   out  = −σ
 *   input = 1/√(σ² + 1)         told = (M − 1)·t
 * </pre>
 *
 * <p>Training looks at equal shares of the times from the first to 1, and sampling at as many of them.
 *
 * @param slope β_d, by which the noise of short steps grows
 * @param start β_min, noise of short steps at t = 0
 * @param first least t of training
 * @param firstVisited least t of sampling
 * @param told M, times that the network knows
 * @param clipping of estimated data
 * @see <a href="https://arxiv.org/abs/2011.13456">Song et al., Score-Based Generative Modeling through
 *     Stochastic Differential Equations (2021)</a>
 * @see <a href="https://arxiv.org/abs/2206.00364">Karras et al., Elucidating the Design Space of
 *     Diffusion-Based Generative Models (2022), table 1</a>
 */
public record VpProcess(
    double slope, double start, double first, double firstVisited, int told, Clipping clipping)
    implements NoisyProcess {

  /**
   * The noise at a time of the paper.
   *
   * @param t from 0 to 1
   * @return σ(t)
   */
  public double sigma(double t) {
    return Math.sqrt(Math.expm1(slope * t * t / 2 + start * t));
  }

  /**
   * The time of the paper at which there is so much noise.
   *
   * @param sigma σ
   * @return t
   */
  public double paperTime(double sigma) {
    double grown = Math.log1p(sigma * sigma);
    return slope == 0
        ? grown / start
        : (Math.sqrt(start * start + 2 * slope * grown) - start) / slope;
  }

  @Override
  public Reading reading(double sigma) {
    return new Reading(1 / Math.sqrt(sigma * sigma + 1), (told - 1) * paperTime(sigma), 1, -sigma);
  }

  @Override
  public VpProcess withClipping(Clipping other) {
    return new VpProcess(slope, start, first, firstVisited, told, other);
  }

  @Override
  public double end() {
    return sigma(1);
  }

  @Override
  public double[] times(int steps) {
    double[] sigmas = new double[steps];
    Arrays.setAll(
        sigmas, k -> sigma(steps == 1 ? 1 : firstVisited + k * (1 - firstVisited) / (steps - 1)));
    return sigmas;
  }

  @Override
  public double draw(RandomKey key, long sample) {
    return sigma(1 - key.uniform(sample) * (1 - first));
  }
}
