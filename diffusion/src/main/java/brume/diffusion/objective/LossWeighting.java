package brume.diffusion.objective;

import brume.diffusion.process.Prediction;

/** How much the error at one time counts in training. */
@FunctionalInterface
public interface LossWeighting {

  /**
   * Weight of a squared error.
   *
   * @param snr signal-to-noise ratio of the sample's time
   * @return the weight
   */
  double weight(double snr);

  /**
   * All times count the same, as in the papers of Ho and of Nichol.
   *
   * @return weights of 1
   */
  static LossWeighting uniform() {
    return snr -> 1;
  }

  /**
   * Errors count by the signal-to-noise ratio, whatever is predicted.
   *
   * @return the ratio itself
   */
  static LossWeighting snr() {
    return snr -> snr;
  }

  /**
   * Errors count as if noise had been predicted: 1 for ε, the signal-to-noise ratio for x_0, and
   * snr/(snr + 1) for v.
   *
   * @param prediction what the network predicts
   * @return weights equivalent to uniform ones for ε
   */
  static LossWeighting equivalentToEpsilon(Prediction prediction) {
    return minSnr(prediction, Double.POSITIVE_INFINITY);
  }

  /**
   * Errors count as if x_0 had been predicted, with the signal-to-noise ratio but at most γ.
   *
   * @param prediction what the network predicts
   * @param gamma γ, usually 5
   * @return min-SNR weights
   * @see <a href="https://arxiv.org/abs/2303.09556">Hang et al., Efficient Diffusion Training via
   *     Min-SNR Weighting Strategy (2023), section 3.4</a>
   */
  static LossWeighting minSnr(Prediction prediction, double gamma) {
    if (!(gamma > 0)) {
      throw new IllegalArgumentException("min-SNR weights: expected gamma > 0, got " + gamma);
    }
    return snr -> prediction.weight(snr, gamma);
  }
}
