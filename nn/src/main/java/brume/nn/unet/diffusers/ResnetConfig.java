package brume.nn.unet.diffusers;

import static brume.nn.ConfigException.unless;

import brume.nn.layer.Activation;

/**
 * The settings of a {@link ResnetBlock} but for its channels.
 *
 * @param groups of group normalization
 * @param eps of group normalization
 * @param timeDim channels of the embedded time; 0 for a block that is told none
 * @param scalesByTime whether time scales and shifts the second normalization, or is added before it
 * @param activation behind normalizations
 * @param activatesTime whether the projection of time begins at the activated time
 * @param dropout rate in the middle, in [0, 1)
 * @param divisor of the sum at the end, 1 as a rule
 */
public record ResnetConfig(
    int groups,
    double eps,
    int timeDim,
    boolean scalesByTime,
    Activation activation,
    boolean activatesTime,
    double dropout,
    double divisor) {

  /** Refuses numbers that make no sense. {@inheritDoc} */
  public ResnetConfig {
    unless(groups >= 1, "groups: expected 1 or more, got %d", groups);
    unless(timeDim >= 0, "timeDim: expected 0 (none) or more, got %d", timeDim);
    unless(divisor > 0, "divisor: expected more than 0, got %s", divisor);
  }

  /**
   * Blocks that are told no time.
   *
   * @param groups of group normalization
   * @param eps of group normalization
   * @return the settings
   */
  public static ResnetConfig withoutTime(int groups, double eps) {
    return new ResnetConfig(groups, eps, 0, false, Activation.SILU, true, 0, 1);
  }

  /**
   * The same with another divisor.
   *
   * @param other of the sum at the end
   * @return the settings
   */
  public ResnetConfig withDivisor(double other) {
    return new ResnetConfig(
        groups, eps, timeDim, scalesByTime, activation, activatesTime, dropout, other);
  }

  /**
   * The same with the time as it is.
   *
   * @param activated whether the projection of time begins at the activated time
   * @return the settings
   */
  public ResnetConfig withActivatedTime(boolean activated) {
    return new ResnetConfig(
        groups, eps, timeDim, scalesByTime, activation, activated, dropout, divisor);
  }
}
