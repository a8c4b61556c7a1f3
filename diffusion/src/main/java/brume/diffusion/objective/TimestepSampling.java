package brume.diffusion.objective;

import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.Optional;

/**
 * How often training visits each time. A loss at time t may count 1/(T·p(t)), so that on average it is
 * what it would be if all times were visited equally often, or 1, so that it counts as often as it is visited.
 */
public interface TimestepSampling {

  /**
   * Draws the times of some samples. Sample i of a step has its own, whatever the size of the batch.
   *
   * @param samples how many
   * @param first number of the first one within its step
   * @param key of the step
   * @return (N) times from 0 to T − 1
   */
  int[] times(int samples, long first, RandomKey key);

  /**
   * How much a loss counts.
   *
   * @param times (N) drawn
   * @return (N) 1/(T·p), or 1
   */
  double[] weights(int[] times);

  /**
   * What the probabilities are learned from.
   *
   * @return the losses to be added to after each step, or nothing if none are needed
   */
  default Optional<LossHistory> history() {
    return Optional.empty();
  }

  /**
   * All times are equally likely.
   *
   * @param steps T
   * @return the usual sampling
   */
  static TimestepSampling uniform(int steps) {
    return new TimestepSampling() {
      @Override
      public int[] times(int samples, long first, RandomKey key) {
        RandomKey time = key.child("time");
        int[] times = new int[samples];
        Arrays.setAll(times, n -> time.below(first + n, steps));
        return times;
      }

      @Override
      public double[] weights(int[] times) {
        double[] ones = new double[times.length];
        Arrays.fill(ones, 1);
        return ones;
      }
    };
  }
}
