package brume.diffusion.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.tensor.random.RandomKey;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** How sure figures are, where it is known. */
class IntervalTest {

  /** Wilson's interval of 50 of 100. */
  @Test
  void aShareLiesBetweenWhatWilsonTells() {
    Interval interval = Interval.ofShare(0.5, 100);
    assertEquals(0.40383, interval.low(), 1e-5);
    assertEquals(0.59617, interval.high(), 1e-5);
    assertEquals(1, Interval.ofShare(1, 10).high(), 1e-12);
    assertEquals(0, Interval.ofShare(0, 10).low(), 1e-12);
  }

  /** The standard error of a mean of n numbers of deviation 1 is 1/√n. */
  @Test
  void theBootstrapFindsTheErrorOfAMean() {
    int n = 2000;
    double[] numbers = new double[n];
    RandomKey.of(3).fillNormal(0, numbers, 0, n);
    double mean = 5 + Arrays.stream(numbers).average().orElseThrow();
    Interval interval = Interval.bootstrap(
        mean,
        n,
        RandomKey.of(4),
        drawn -> 5 + Arrays.stream(drawn).mapToDouble(i -> numbers[i]).average().orElseThrow());
    double expected = 1.96 / Math.sqrt(n);
    assertEquals(expected, mean - interval.low(), 0.3 * expected);
    assertEquals(mean, (interval.low() + interval.high()) / 2, 1e-12);
  }
}
