package brume.diffusion.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.process.FlowTimesKinds.LogitNormal;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LogitNormalTimesTest {

  private static final int STEPS = 1000, MANY = 100_000;
  private static final RandomKey KEY = RandomKey.of(4);

  /** The quantiles of a normal distribution, through the logistic function. */
  @Test
  void isTheLogisticOfANormalNumber() {
    int[] times = sampling(STEPS, 0.8, 0.5).times(MANY, 0, KEY);
    double[] quantiles = {0.02275, 0.15866, 0.5, 0.84134, 0.97725};
    for (int deviations = -2; deviations <= 2; deviations++) {
      double limit = STEPS / (1 + Math.exp(-0.8 - 0.5 * deviations));
      double below = Arrays.stream(times).filter(t -> t < limit).count() / (double) MANY;
      assertEquals(quantiles[deviations + 2], below, 0.006, () -> "below " + limit);
    }
  }

  @Test
  void aSampleHasItsTimeWhateverTheBatch() {
    TimestepSampling sampling = sampling(STEPS, 0, 1);
    assertArrayEquals(
        Arrays.copyOfRange(sampling.times(10, 3, KEY), 4, 10), sampling.times(6, 7, KEY));
    assertArrayEquals(new double[] {1, 1, 1}, sampling.weights(new int[] {0, 500, 999}));
  }

  @Test
  void noTimeIsOutOfReach() {
    int[] times = sampling(10, 0, 50).times(MANY, 0, KEY);
    assertTrue(Arrays.stream(times).allMatch(t -> t >= 0 && t < 10));
    assertTrue(Arrays.stream(times).anyMatch(t -> t == 0));
    assertTrue(Arrays.stream(times).anyMatch(t -> t == 9));
  }

  private static TimestepSampling sampling(int steps, double mean, double deviation) {
    return new LogitNormalTimes(steps, new LogitNormal(mean, deviation));
  }
}
