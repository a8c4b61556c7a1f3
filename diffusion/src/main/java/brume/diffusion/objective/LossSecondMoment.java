package brume.diffusion.objective;

import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.Optional;

/**
 * Times with large losses are visited more often, which makes the bound's gradient less noisy. All
 * times are equally likely until each has 10 losses; then
 *
 * <pre>
 *   p(t) = (1 − u)·√⟨loss²⟩ / Σ √⟨loss²⟩ + u/T        ⟨·⟩ over the latest 10 losses of t
 * </pre>
 *
 * <p>The share u = 0.001 keeps every time in reach.
 *
 * @see <a href="https://arxiv.org/abs/2102.09672">Nichol and Dhariwal, Improved Denoising Diffusion
 *     Probabilistic Models (2021), section 3.3</a>
 */
public final class LossSecondMoment implements TimestepSampling {

  // Both as in resample.py of improved-diffusion.
  private static final int KEPT = 10;
  private static final double UNIFORM_SHARE = 0.001;

  private final int steps;
  private final LossHistory history;

  /**
   * The sampling before any loss is known.
   *
   * @param steps T
   */
  public LossSecondMoment(int steps) {
    this.steps = steps;
    this.history = new LossHistory(steps, KEPT);
  }

  @Override
  public int[] times(int samples, long first, RandomKey key) {
    if (!history.isFull()) {
      return TimestepSampling.uniform(steps).times(samples, first, key);
    }
    double[] upTo = probabilities(); // of all times up to each
    for (int t = 1; t < steps; t++) {
      upTo[t] += upTo[t - 1];
    }
    double[] chances = new double[samples];
    key.child("time").fillUniform(first, chances, 0, samples);
    int[] times = new int[samples];
    Arrays.setAll(times, n -> firstAbove(chances[n] * upTo[steps - 1], upTo));
    return times;
  }

  @Override
  public double[] weights(int[] times) {
    double[] p = probabilities();
    return Arrays.stream(times).mapToDouble(t -> 1 / (steps * p[t])).toArray();
  }

  @Override
  public Optional<LossHistory> history() {
    return Optional.of(history);
  }

  /**
   * How likely each time is.
   *
   * @return (T) p, whose sum is 1
   */
  public double[] probabilities() {
    double[] p = history.rootMeanSquares();
    double sum = Arrays.stream(p).sum();
    boolean known = history.isFull() && sum > 0;
    Arrays.setAll(
        p, t -> known ? (1 - UNIFORM_SHARE) * p[t] / sum + UNIFORM_SHARE / steps : 1.0 / steps);
    return p;
  }

  private static int firstAbove(double chance, double[] upTo) {
    int found = Arrays.binarySearch(upTo, chance);
    return Math.min(found < 0 ? -found - 1 : found + 1, upTo.length - 1);
  }
}
