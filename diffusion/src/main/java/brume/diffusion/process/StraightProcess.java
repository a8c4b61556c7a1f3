package brume.diffusion.process;

import brume.tensor.random.RandomKey;
import java.util.Arrays;

/**
 * Straight lines from data to noise, x = (1 − t)·x_0 + t·ε, along which the network tells the velocity
 * ε − x_0. Times of training and of sampling are shifted to where there is more noise by
 *
 * <pre>
 *   t' = shift·t/(1 + (shift − 1)·t)                                    Esser 2024, eq. 23
 * </pre>
 *
 * @param shift 1 for none; more for larger pictures
 * @param law of the times of training, before they are shifted
 * @param clipping of estimated data
 * @see <a href="https://arxiv.org/abs/2209.03003">Liu, Gong and Liu, Flow Straight and Fast (2022)</a>
 * @see <a href="https://arxiv.org/abs/2403.03206">Esser et al., Scaling Rectified Flow Transformers for
 *     High-Resolution Image Synthesis (2024)</a>
 */
public record StraightProcess(double shift, FlowTimes law, Clipping clipping)
    implements ContinuousProcess {

  private static final double TOLD = 1000; // as if there were 1000 times, as in diffusers

  @Override
  public double signal(double t) {
    return 1 - t;
  }

  @Override
  public double noise(double t) {
    return t;
  }

  @Override
  public Reading reading(double t) {
    return new Reading(1, TOLD * t, 1, -t);
  }

  @Override
  public StraightProcess withClipping(Clipping other) {
    return new StraightProcess(shift, law, other);
  }

  @Override
  public double end() {
    return 1;
  }

  @Override
  public double[] times(int steps) {
    double[] times = new double[steps];
    Arrays.setAll(times, k -> shifted((k + 1.0) / steps));
    return times;
  }

  @Override
  public double timeOf(double sigma) {
    return Double.isInfinite(sigma) ? 1 : sigma / (1 + sigma);
  }

  @Override
  public double draw(RandomKey key, long sample) {
    return Math.max(shifted(law.draw(key, sample)), Double.MIN_NORMAL);
  }

  @Override
  public double prior(double t) {
    return t;
  }

  /**
   * A time after the shift.
   *
   * @param t from 0 to 1
   * @return t' from 0 to 1
   */
  public double shifted(double t) {
    return shift * t / (1 + (shift - 1) * t);
  }
}
