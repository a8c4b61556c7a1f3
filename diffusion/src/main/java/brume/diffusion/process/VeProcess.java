package brume.diffusion.process;

import brume.tensor.random.RandomKey;
import java.util.Arrays;

/**
 * The process of variance-exploding networks: noise σ on data that keep their size and are shown as they
 * are.
 *
 * <pre>
 *   skip = 1     out = σ     input = 1     told = log(σ/2)
 * </pre>
 *
 * <p>Training looks at σ whose logarithms are spread evenly, and sampling at σ in equal ratios.
 *
 * @param smallest σ
 * @param largest σ
 * @param clipping of estimated data
 * @see <a href="https://arxiv.org/abs/2011.13456">Song et al., Score-Based Generative Modeling through
 *     Stochastic Differential Equations (2021)</a>
 * @see <a href="https://arxiv.org/abs/2206.00364">Karras et al., Elucidating the Design Space of
 *     Diffusion-Based Generative Models (2022), table 1</a>
 */
public record VeProcess(double smallest, double largest, Clipping clipping)
    implements NoisyProcess {

  @Override
  public Reading reading(double sigma) {
    return new Reading(1, Math.log(sigma / 2), 1, sigma);
  }

  @Override
  public VeProcess withClipping(Clipping other) {
    return new VeProcess(smallest, largest, other);
  }

  @Override
  public double end() {
    return largest;
  }

  @Override
  public double[] times(int steps) {
    double[] sigmas = new double[steps];
    Arrays.setAll(sigmas, k -> between(steps == 1 ? 1 : k / (steps - 1.0)));
    return sigmas;
  }

  @Override
  public double draw(RandomKey key, long sample) {
    return between(key.uniform(sample));
  }

  private double between(double share) {
    return smallest * Math.pow(largest / smallest, share);
  }
}
