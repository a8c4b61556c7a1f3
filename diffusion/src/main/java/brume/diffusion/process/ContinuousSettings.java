package brume.diffusion.process;

import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;
import brume.nn.Parameters;

/**
 * {@link VariancePreserving}.
 *
 * @param logSnr how the signal-to-noise ratio falls
 * @param predict what the network's output means
 * @param told what the network is told of the time
 */
public record ContinuousSettings(
    @About("How the logarithm of the signal-to-noise ratio falls.") LogSnrSettings logSnr,
    @About("What the network predicts: the noise, the data, or their mixture v.")
        Prediction predict,
    @About(
            value =
                "What the network is told of the time: the logarithm of the signal-to-noise ratio, or how far"
                    + " between data and noise it is, as an angle.",
            option = "told")
        VariancePreserving.Told told)
    implements ProcessSettings {

  /**
   * A process whose network is told the logarithm.
   *
   * @param logSnr how the signal-to-noise ratio falls
   * @param predict what the network's output means
   */
  public ContinuousSettings(LogSnrSettings logSnr, Prediction predict) {
    this(logSnr, predict, VariancePreserving.Told.LOG_SNR);
  }

  @Override
  public TrainedProcess create(Clipping clipping) {
    return create(logSnr.create(), clipping);
  }

  @Override
  public TrainedProcess create(Clipping clipping, Parameters at) {
    return create(logSnr.create(at), clipping);
  }

  private TrainedProcess create(LogSnr falling, Clipping clipping) {
    SettingException.unless(
        predict != Prediction.MEAN && predict != Prediction.BOTH,
        "{predict}: expected epsilon, x0 or v with {process} continuous, got %s",
        predict);
    boolean toNothing = falling.at(1) == Double.NEGATIVE_INFINITY;
    SettingException.unless(
        !toNothing || predict != Prediction.EPSILON,
        "{predict}: expected x0 or v with a {logSnr} that leaves nothing of the data, got epsilon");
    SettingException.unless(
        !toNothing || told == VariancePreserving.Told.ANGLE,
        "{told}: expected angle with a {logSnr} that leaves nothing of the data, got log-snr, which is infinite"
            + " there");
    SettingException.unless(
        told == VariancePreserving.Told.LOG_SNR
            || falling.learned(new double[] {1}).isEmpty(),
        "{told}: expected log-snr with a learned {logSnr}, got angle");
    return new VariancePreserving(falling, predict, told, clipping);
  }
}
