package brume.diffusion.process;

import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;

/**
 * {@link VariancePreserving}.
 *
 * @param logSnr how the signal-to-noise ratio falls
 * @param predict what the network's output means
 */
public record ContinuousSettings(
    @About("How the logarithm of the signal-to-noise ratio falls.") LogSnrSettings logSnr,
    @About("What the network predicts: the noise, the data, or their mixture v.")
        Prediction predict)
    implements ProcessSettings {

  @Override
  public TrainedProcess create(Clipping clipping) {
    SettingException.unless(
        predict != Prediction.MEAN,
        "{predict}: expected epsilon, x0 or v with {process} continuous, whose steps have no length, got mean");
    return new VariancePreserving(logSnr.create(), predict, clipping);
  }
}
