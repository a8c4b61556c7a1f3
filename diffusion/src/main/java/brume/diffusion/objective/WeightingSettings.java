package brume.diffusion.objective;

import brume.autograd.Variable;
import brume.diffusion.process.Prediction;

/** Settings of how much the error at one time counts: a kind of {@link Weightings}. */
public interface WeightingSettings {

  /**
   * The weights.
   *
   * @param prediction what the network predicts
   * @return weight by signal-to-noise ratio
   * @throws IllegalArgumentException if nobody has defined them for this prediction
   */
  LossWeighting create(Prediction prediction);

  /**
   * The weight of an error in continuous time.
   *
   * @param snr signal-to-noise ratio
   * @param out share of the output in the estimate of the data: an error of 1 in the output makes one of
   *     {@code out} in the data
   * @return what its square is multiplied with
   */
  double weight(double snr, double out);

  /**
   * The same where the ratio is learned, with a gradient.
   *
   * @param snr (N) signal-to-noise ratios
   * @param square (N) squares of {@code out}
   * @return (N) weights
   */
  Variable weight(Variable snr, Variable square);
}
