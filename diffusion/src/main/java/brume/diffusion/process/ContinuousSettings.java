package brume.diffusion.process;

import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;
import brume.nn.Parameters;

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
    return new VariancePreserving(falling, predict, clipping);
  }
}
