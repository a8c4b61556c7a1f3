package brume.diffusion.process;

import brume.diffusion.settings.About;

/**
 * {@link VpProcess}.
 *
 * @param vpSlope β_d
 * @param vpStart β_min
 * @param vpFirst least t of training
 * @param vpFirstVisited least t of sampling
 * @param vpTold M
 */
public record VpSettings(
    @About(value = "By how much the noise of short steps grows.", min = 0, max = 600)
        double vpSlope,
    @About(value = "Noise of short steps at the data.", min = 1e-6, max = 300) double vpStart,
    @About(value = "Least time of training, of 1.", min = 1e-9, max = 0.999) double vpFirst,
    @About(value = "Least time that sampling visits, of 1.", min = 1e-9, max = 0.999)
        double vpFirstVisited,
    @About(value = "Times that the network is told, as if there were so many.", min = 2) int vpTold)
    implements ProcessSettings {

  /** The numbers of the paper's table 1. */
  public static final VpSettings USUAL = new VpSettings(19.9, 0.1, 1e-5, 1e-3, 1000);

  @Override
  public TrainedProcess create(Clipping clipping) {
    return new VpProcess(vpSlope, vpStart, vpFirst, vpFirstVisited, vpTold, clipping);
  }
}
