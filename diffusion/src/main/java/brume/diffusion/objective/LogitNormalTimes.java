package brume.diffusion.objective;

import brume.diffusion.process.FlowTimesKinds.LogitNormal;
import brume.tensor.random.RandomKey;
import java.util.Arrays;

/**
 * Times around a middle are visited more often, where what a sample shows is decided: with less noise there is
 * little to learn, with more there is little to see. Losses count as often as their times are visited.
 *
 * <pre>
 *   t = ⌊T·σ(m + s·n)⌋        n normal, σ the logistic function
 * </pre>
 *
 * @see <a href="https://arxiv.org/abs/2403.03206">Esser et al., Scaling Rectified Flow Transformers for
 *     High-Resolution Image Synthesis (2024), eq. 19</a>
 */
public final class LogitNormalTimes implements TimestepSampling {

  private final int steps;
  private final LogitNormal law;

  /**
   * Creates the sampling.
   *
   * @param steps T
   * @param law m and s, m above 0 for more noise
   */
  public LogitNormalTimes(int steps, LogitNormal law) {
    this.steps = steps;
    this.law = law;
  }

  @Override
  public int[] times(int samples, long first, RandomKey key) {
    RandomKey time = key.child("time");
    int[] times = new int[samples];
    Arrays.setAll(times, n -> at(time.normal(first + n)));
    return times;
  }

  private int at(double normal) {
    return Math.min(steps - 1, (int) (steps * law.of(normal)));
  }

  @Override
  public double[] weights(int[] times) {
    double[] ones = new double[times.length];
    Arrays.fill(ones, 1);
    return ones;
  }
}
