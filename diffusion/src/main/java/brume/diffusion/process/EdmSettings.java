package brume.diffusion.process;

import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;

/**
 * {@link KarrasProcess}.
 *
 * @param sigmaData standard deviation of the data
 * @param edmSigmaMin least noise of sampling
 * @param edmSigmaMax most noise of sampling
 * @param edmRho how much closer levels lie where there is little noise
 * @param sigmaMean mean of log σ in training
 * @param sigmaDeviation its standard deviation
 * @param form what the network tells
 */
public record EdmSettings(
    @About(value = "Standard deviation of the data.", min = 1e-6) double sigmaData,
    @About(value = "Least noise that sampling visits.", min = 1e-9) double edmSigmaMin,
    @About(value = "Noise at which sampling starts.", min = 1e-6) double edmSigmaMax,
    @About(value = "How much closer levels lie where there is little noise.", min = 1e-3)
        double edmRho,
    @About("Mean of the logarithm of the noise in training.") double sigmaMean,
    @About(value = "Standard deviation of the logarithm of the noise in training.", min = 1e-6)
        double sigmaDeviation,
    @About(
            value =
                "What the network tells: what is missing of the data, its negative as v_prediction of diffusers, or"
                    + " the data by a jump as consistency models.",
            option = "edm-form")
        KarrasProcess.Form form)
    implements ProcessSettings {

  /** The numbers of the paper's table 1. */
  public static final EdmSettings USUAL =
      new EdmSettings(0.5, 0.002, 80, 7, -1.2, 1.2, KarrasProcess.Form.PLAIN);

  @Override
  public TrainedProcess create(Clipping clipping) {
    SettingException.unless(
        edmSigmaMin < edmSigmaMax,
        "{edmSigmaMax}: expected more than {edmSigmaMin} %s, got %s",
        edmSigmaMin,
        edmSigmaMax);
    return new KarrasProcess(
        sigmaData, edmSigmaMin, edmSigmaMax, edmRho, sigmaMean, sigmaDeviation, form, clipping);
  }
}
