package brume.diffusion.objective;

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
}
