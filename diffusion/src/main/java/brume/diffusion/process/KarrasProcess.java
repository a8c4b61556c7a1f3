package brume.diffusion.process;

import brume.tensor.random.RandomKey;
import java.util.Arrays;

/**
 * Noise of standard deviation σ added to the data, which keep their size. Its time is σ. The network's
 * input and output have variance 1 at every σ, and its output is right in proportion:
 *
 * <pre>
 *   skip  = σ_d²/(σ² + σ_d²)      out  = σ·σ_d/√(σ² + σ_d²)
 *   input = 1/√(σ² + σ_d²)        told = log(σ)/4
 * </pre>
 *
 * <p>A consistency model gives data with the least noise ε back as they are:
 *
 * <pre>
 *   skip  = σ_d²/((σ − ε)² + σ_d²)      out  = (σ − ε)·σ_d/√(σ² + σ_d²)
 *   input = 1/√(σ² + σ_d²)              told = 1000·log(σ)/4
 * </pre>
 *
 * @param sigmaData σ_d, standard deviation of the data
 * @param smallest σ of the last step that samples
 * @param largest σ at which sampling starts
 * @param rho how much closer the levels of sampling lie where there is little noise
 * @param mean of log σ in training
 * @param deviation of log σ in training
 * @param form what the network tells
 * @param clipping of estimated data
 * @see <a href="https://arxiv.org/abs/2206.00364">Karras et al., Elucidating the Design Space of
 *     Diffusion-Based Generative Models (2022), table 1</a>
 * @see <a href="https://arxiv.org/abs/2303.01469">Song et al., Consistency Models (2023), appendix C</a>
 */
public record KarrasProcess(
    double sigmaData,
    double smallest,
    double largest,
    double rho,
    double mean,
    double deviation,
    Form form,
    Clipping clipping)
    implements NoisyProcess {

  private static final double TOLD = 1000; // as if there were 1000 times, as in the released code

  /** What the network tells. */
  public enum Form {
    /** What is missing of the data, as in the paper. */
    PLAIN,
    /** The same with the other sign, as {@code v_prediction} of diffusers. */
    NEGATIVE,
    /** The data by a jump, and the data themselves at the least noise. */
    CONSISTENCY
  }

  @Override
  public Reading reading(double sigma) {
    double data = sigmaData * sigmaData, root = Math.sqrt(sigma * sigma + data);
    double told = Math.log(sigma) / 4, above = sigma - smallest;
    return switch (form) {
      case PLAIN -> new Reading(1 / root, told, data / (root * root), sigma * sigmaData / root);
      case NEGATIVE -> new Reading(1 / root, told, data / (root * root), -sigma * sigmaData / root);
      case CONSISTENCY ->
        new Reading(1 / root, TOLD * told, data / (above * above + data), above * sigmaData / root);
    };
  }

  @Override
  public KarrasProcess withClipping(Clipping other) {
    return new KarrasProcess(sigmaData, smallest, largest, rho, mean, deviation, form, other);
  }

  @Override
  public double end() {
    return largest;
  }

  @Override
  public double[] times(int steps) {
    double[] sigmas = new double[steps];
    double high = Math.pow(largest, 1 / rho), low = Math.pow(smallest, 1 / rho);
    Arrays.setAll(sigmas, k -> {
      double share = steps == 1 ? 0 : (steps - 1.0 - k) / (steps - 1);
      return Math.pow(high + share * (low - high), rho);
    });
    return sigmas;
  }

  @Override
  public double draw(RandomKey key, long sample) {
    return drawn(key.normal(sample));
  }

  /**
   * The noise that training looks at for a number.
   *
   * @param z a standard normal number
   * @return σ
   */
  public double drawn(double z) {
    return Math.exp(mean + deviation * z);
  }
}
