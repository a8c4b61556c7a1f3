package brume.nn.optim;

import static brume.nn.ConfigException.unless;

/**
 * The settings of {@link Adam}.
 *
 * @param beta1 β₁, decay of the mean of gradients, in [0, 1)
 * @param beta2 β₂, decay of the mean of their squares, in [0, 1)
 * @param eps ε, added to the root of the latter
 * @param weightDecay λ, pull of the parameters toward zero
 * @param decoupled whether the pull acts on the parameters (AdamW) or through the gradients (L2)
 */
public record AdamConfig(
    double beta1, double beta2, double eps, double weightDecay, boolean decoupled) {

  /** ε of PyTorch. */
  public static final double EPS = 1e-8;

  /** Refuses numbers out of range. {@inheritDoc} */
  public AdamConfig {
    unless(
        beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && eps >= 0 && weightDecay >= 0,
        "adam: expected betas in [0, 1) and eps and weight decay of 0 or more, got betas %s and %s, eps"
            + " %s, weight decay %s",
        beta1,
        beta2,
        eps,
        weightDecay);
  }

  /**
   * Adam as in PyTorch: β = (0.9, 0.999), ε = 1e-8, no decay.
   *
   * @return the settings
   */
  public static AdamConfig adam() {
    return new AdamConfig(0.9, 0.999, EPS, 0, false);
  }

  /**
   * AdamW as in PyTorch: β = (0.9, 0.999), ε = 1e-8.
   *
   * @param weightDecay λ, 0.01 in PyTorch
   * @return the settings
   */
  public static AdamConfig adamW(double weightDecay) {
    return new AdamConfig(0.9, 0.999, EPS, weightDecay, true);
  }
}
