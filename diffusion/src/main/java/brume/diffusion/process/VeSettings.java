package brume.diffusion.process;

import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;

/**
 * {@link VeProcess}.
 *
 * @param edmSigmaMin least noise
 * @param edmSigmaMax most noise
 */
public record VeSettings(
    @About(value = "Least noise of training and sampling.", min = 1e-9) double edmSigmaMin,
    @About(value = "Most noise of training, at which sampling starts.", min = 1e-6)
        double edmSigmaMax)
    implements ProcessSettings {

  /** The numbers of the paper's table 1. */
  public static final VeSettings USUAL = new VeSettings(0.02, 100);

  @Override
  public TrainedProcess create(Clipping clipping) {
    SettingException.unless(
        edmSigmaMin < edmSigmaMax,
        "{edmSigmaMax}: expected more than {edmSigmaMin} %s, got %s",
        edmSigmaMin,
        edmSigmaMax);
    return new VeProcess(edmSigmaMin, edmSigmaMax, clipping);
  }
}
