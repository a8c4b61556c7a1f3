package brume.diffusion.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import brume.tensor.math.Arithmetic;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("MustBeClosedChecker") // closed after each test
class NoisingTest {

  private static final RandomKey KEY = RandomKey.of(11);

  private final Scope scope = Scope.open();

  @AfterEach
  void closeScope() {
    scope.close();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1})
  void samplesDoNotDependOnHowABatchIsSplit(double offset) {
    Noising.Settings settings = new Noising.Settings(offset, false);
    Noising whole = Noising.draw(settings, 1000, data(6), 0, KEY);
    Noising part = Noising.draw(settings, 1000, data(2), 3, KEY);
    assertArrayEquals(part.times(), Arrays.copyOfRange(whole.times(), 3, 5));
    assertArrayEquals(
        part.epsilon().value().toDoubles(),
        Arrays.copyOfRange(whole.epsilon().value().toDoubles(), 3 * 8, 5 * 8));
    assertEquals(whole.isConditioned(), part.isConditioned());
  }

  @Test
  void offsetsAreTheSameAtEveryPosition() {
    Tensor plain =
        Noising.draw(Noising.Settings.PLAIN, 10, data(3), 0, KEY).epsilon().value();
    Tensor offset = Noising.draw(new Noising.Settings(0.5, false), 10, data(3), 0, KEY)
        .epsilon()
        .value();
    double[] gaps = Arithmetic.minus(offset, plain).toDoubles(); // (3, 2, 2, 2)
    RandomKey offsets = KEY.child("offset");
    for (int i = 0; i < gaps.length; i++) {
      int sample = i / 8, channel = i % 2;
      assertEquals(0.5 * offsets.normal(sample * 2 + channel), gaps[i], 1e-12);
    }
  }

  @Test
  void timesCoverTheScheduleAndHalfOfTheStepsAreConditioned() {
    int[] times = Noising.draw(Noising.Settings.PLAIN, 4, data(400), 0, KEY).times();
    for (int t = 0; t < 4; t++) {
      int wanted = t;
      long count = Arrays.stream(times).filter(time -> time == wanted).count();
      assertEquals(100, count, 35, "time " + t);
    }
    int conditioned = 0;
    for (int step = 0; step < 200; step++) {
      try (Scope each = Scope.open()) {
        Noising noising =
            Noising.draw(Noising.Settings.PLAIN, 4, data(1), 0, KEY.child("step", step));
        conditioned += noising.isConditioned() ? 1 : 0;
      }
    }
    assertEquals(100, conditioned, 30);
  }

  @Test
  void immiscibleNoiseIsDealtOutAtLeastCost() {
    double[][] cost = new double[5][5];
    for (int i = 0; i < 25; i++) {
      cost[i / 5][i % 5] = KEY.uniform(i);
    }
    int[] cheapest = ImmiscibleNoise.cheapest(cost);
    assertEquals(5, Arrays.stream(cheapest).distinct().count());
    assertEquals(cheapestByTrying(cost, 0, 0), costOf(cost, cheapest), 1e-12);
  }

  @Test
  void immiscibleNoiseIsTheSameNoiseInAnotherOrder() {
    Tensor x0 = data(6);
    double[] plain =
        Noising.draw(Noising.Settings.PLAIN, 10, x0, 0, KEY).epsilon().value().toDoubles();
    double[] dealt = Noising.draw(new Noising.Settings(0, true), 10, x0, 0, KEY)
        .epsilon()
        .value()
        .toDoubles();
    assertTrue(!Arrays.equals(plain, dealt), "some noise changed hands");
    Arrays.sort(plain);
    Arrays.sort(dealt);
    assertArrayEquals(plain, dealt);
  }

  /** Of three noises each sample gets the one that costs it least, whatever the others get. */
  @Test
  void theBestOfSeveralCandidatesIsLearnedFrom() {
    Noising.Settings three = new Noising.Settings(0, false, 3);
    double[][] candidates = new double[3][];
    for (int k = 0; k < 3; k++) {
      candidates[k] = Noising.candidate(three, k, data(5), 0, KEY).toDoubles();
    }
    double[] best =
        Noising.best(three, data(5), 0, KEY, NoisingTest::firstNumbers).toDoubles();
    Set<Integer> winners = new HashSet<>();
    for (int n = 0; n < 5; n++) {
      int winner = 0;
      for (int k = 1; k < 3; k++) {
        winner = candidates[k][8 * n] < candidates[winner][8 * n] ? k : winner;
      }
      winners.add(winner);
      assertArrayEquals(
          Arrays.copyOfRange(candidates[winner], 8 * n, 8 * n + 8),
          Arrays.copyOfRange(best, 8 * n, 8 * n + 8));
    }
    assertTrue(winners.size() > 1, "all samples chose the same of three");
    double[] part =
        Noising.best(three, data(2), 3, KEY, NoisingTest::firstNumbers).toDoubles();
    assertArrayEquals(Arrays.copyOfRange(best, 3 * 8, 5 * 8), part);
    assertArrayEquals(
        Noising.noise(Noising.Settings.PLAIN, data(5), 0, KEY).toDoubles(), candidates[0]);
  }

  /** (N) the first number of every sample, as if it were its loss. */
  private static Variable firstNumbers(Variable noise) {
    int samples = noise.shape().dim(0);
    double[] all = noise.value().toDoubles(), first = new double[samples];
    Arrays.setAll(first, n -> all[n * all.length / samples]);
    return Variable.constant(Tensor.of(Backends.reference(), Shape.of(samples), first));
  }

  private static double cheapestByTrying(double[][] cost, int row, int used) {
    double best = row == cost.length ? 0 : Double.POSITIVE_INFINITY;
    for (int column = 0; column < cost.length && row < cost.length; column++) {
      if ((used & 1 << column) == 0) {
        double rest = cheapestByTrying(cost, row + 1, used | 1 << column);
        best = Math.min(best, cost[row][column] + rest);
      }
    }
    return best;
  }

  private static double costOf(double[][] cost, int[] columns) {
    double sum = 0;
    for (int row = 0; row < columns.length; row++) {
      sum += cost[row][columns[row]];
    }
    return sum;
  }

  private static Tensor data(int samples) {
    double[] values = new double[samples * 8];
    RandomKey.of(3).fillNormal(0, values, 0, values.length);
    return Tensor.of(Backends.reference(), Shape.of(samples, 2, 2, 2), values);
  }
}
