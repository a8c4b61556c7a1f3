package brume.diffusion.guidance;

import brume.diffusion.process.Level;
import brume.diffusion.process.Way;

/**
 * Levels of noise at which samples are led. With much noise guidance takes away variety, with little it does nothing for
 * what samples show.
 *
 * @param from smallest σ, noise for each unit of data
 * @param to largest σ
 * @see <a href="https://arxiv.org/abs/2404.07724">Kynkäänniemi et al., Applying Guidance in a Limited Interval Improves
 *     Sample and Distribution Quality in Diffusion Models (2024), eq. 6</a>
 */
public record NoiseRange(double from, double to) {

  /** Above all levels with some data, and a number in files. */
  public static final double HIGHEST = 1e9;

  /** All levels. */
  public static final NoiseRange EVERYWHERE = new NoiseRange(0, HIGHEST);

  /**
   * Whether samples are led at a level.
   *
   * @param level one without any data counts as {@link #HIGHEST}
   * @return whether its σ lies in the range
   */
  public boolean has(Level level) {
    double sigma = Math.min(level.sigma(), HIGHEST);
    return from <= sigma && sigma <= to;
  }

  /** Whether a way has such a level. */
  boolean meets(Way way) {
    for (int k = 0; k < way.count(); k++) {
      if (has(way.at(k))) {
        return true;
      }
    }
    return false;
  }
}
