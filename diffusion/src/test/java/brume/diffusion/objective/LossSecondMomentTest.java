package brume.diffusion.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.process.Prediction;
import brume.nn.Denoiser;
import brume.nn.Pass;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LossSecondMomentTest {

  private static final int STEPS = 3;
  private static final RandomKey KEY = RandomKey.of(4);

  @Test
  void likelyTimesAreThoseOfLargeLosses() {
    LossSecondMoment sampling = filled();
    double first = Math.sqrt(5 * (1 + 9) / 10.0), sum = first + 2 + 0.5;
    double[] expected = {first, 2, 0.5};
    Arrays.setAll(expected, t -> 0.999 * expected[t] / sum + 0.001 / 3);
    assertArrayEquals(expected, sampling.probabilities(), 1e-12);
    assertArrayEquals(
        new double[] {1 / (3 * expected[2]), 1 / (3 * expected[0])},
        sampling.weights(new int[] {2, 0}),
        1e-12);
  }

  @Test
  void timesAreAllAlikeUntilEachHasTenLosses() {
    LossSecondMoment sampling = new LossSecondMoment(STEPS);
    add(sampling, 0, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 7, 7);
    add(sampling, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    add(sampling, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    assertArrayEquals(new double[] {1, 1}, sampling.weights(new int[] {0, 2}), 1e-15);
    assertArrayEquals(
        TimestepSampling.uniform(STEPS).times(50, 7, KEY), sampling.times(50, 7, KEY));
    add(sampling, 2, 1);
    assertFalse(Arrays.equals(
        TimestepSampling.uniform(STEPS).times(50, 7, KEY), sampling.times(50, 7, KEY)));
  }

  @Test
  void onlyTheLatestTenLossesCount() {
    LossSecondMoment sampling = filled();
    double[] before = sampling.probabilities();
    add(sampling, 1, 100);
    assertTrue(sampling.probabilities()[1] > before[1]);
    add(sampling, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2);
    assertArrayEquals(before, sampling.probabilities(), 1e-12);
  }

  @Test
  void timesComeAsOftenAsTheyShould() {
    LossSecondMoment sampling = filled();
    int draws = 20_000;
    double[] shares = new double[STEPS];
    for (int t : sampling.times(draws, 0, KEY)) {
      shares[t] += 1.0 / draws;
    }
    assertArrayEquals(sampling.probabilities(), shares, 0.01);
  }

  @Test
  void aSampleHasItsTimeInBatchesOfAnySize() {
    LossSecondMoment sampling = filled();
    int[] whole = sampling.times(9, 0, KEY);
    assertArrayEquals(Arrays.copyOfRange(whole, 4, 7), sampling.times(3, 4, KEY));
  }

  @Test
  void lossesOfZeroLeaveAllTimesAlike() {
    LossSecondMoment sampling = new LossSecondMoment(1);
    add(sampling, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    assertArrayEquals(new double[] {1}, sampling.probabilities());
  }

  /** Σ p·weight·loss is ⟨loss⟩, whatever the probabilities; and draws come near. */
  @Test
  void theWeightedLossIsTheMeanOverAllTimes() {
    LossSecondMoment sampling = filled();
    double[] losses = {0.3, -2, 5}, p = sampling.probabilities();
    double[] weights = sampling.weights(new int[] {0, 1, 2});
    double expected = 0;
    for (int t = 0; t < STEPS; t++) {
      expected += p[t] * weights[t] * losses[t];
    }
    assertEquals(3.3 / 3, expected, 1e-12);

    try (Scope scope = Scope.open()) {
      int draws = 20_000;
      Tensor x0 = Tensor.of(Backends.reference(), Shape.of(draws, 1), new double[draws]);
      Noising noising = Noising.draw(Noising.Settings.PLAIN, sampling, x0, 0, KEY);
      double[] each = Arrays.stream(noising.times()).mapToDouble(t -> losses[t]).toArray();
      Tensor drawn = Tensor.of(Backends.reference(), Shape.of(draws), each);
      assertEquals(1.1, noising.average(Variable.constant(drawn)).value().item(), 0.1);
    }
  }

  @Test
  void aLossInOneStepIsTheAverageOfItsParts() {
    try (Scope scope = Scope.open()) {
      LossSecondMoment sampling = filled();
      double[] data = new double[24];
      KEY.child("data").fillNormal(0, data, 0, data.length);
      Tensor x0 = Tensor.of(Backends.reference(), Shape.of(8, 3), data);
      Noising noising = Noising.draw(Noising.Settings.PLAIN, sampling, x0, 0, KEY);
      DenoisingLoss loss = new DenoisingLoss(
          new ForwardProcess(NoiseSchedule.ofBetas(0.1, 0.2, 0.4)),
          Prediction.V,
          LossWeighting.minSnr(Prediction.V, 5));
      Denoiser none = query -> query.xt();
      Variable x = Variable.constant(x0);
      Variable parts = loss.losses(none, x, noising, Pass.inference());
      assertEquals(Shape.of(8), parts.shape());
      assertEquals(
          noising.average(parts).value().item(),
          loss.loss(none, x, noising, Pass.inference()).value().item(),
          1e-12);
      assertTrue(Arrays.stream(noising.weights()).anyMatch(weight -> weight > 1.5));
    }
  }

  @Test
  void aHistoryComesBackFromItsFile(@TempDir Path folder) throws IOException {
    LossSecondMoment sampling = filled();
    add(sampling, 2, 0.1, 0.7);
    sampling.history().orElseThrow().save(folder);

    LossSecondMoment other = new LossSecondMoment(STEPS);
    other.history().orElseThrow().load(folder);
    assertArrayEquals(sampling.probabilities(), other.probabilities());
    add(sampling, 2, 3); // forgets the same loss
    add(other, 2, 3);
    assertArrayEquals(sampling.probabilities(), other.probabilities());
  }

  @Test
  void aHistoryOfOtherSizesIsRefused(@TempDir Path folder) throws IOException {
    new LossHistory(4, 10).save(folder);
    LossHistory history = new LossSecondMoment(STEPS).history().orElseThrow();
    String refusal = assertThrows(IOException.class, () -> history.load(folder)).getMessage();
    assertTrue(refusal.contains("[3, 10]"), refusal);
  }

  /** Losses 1 and 3 of time 0, 2 of time 1, ½ of time 2. */
  private static LossSecondMoment filled() {
    LossSecondMoment sampling = new LossSecondMoment(STEPS);
    for (int i = 0; i < 10; i++) {
      add(sampling, 0, i % 2 == 0 ? 1 : 3);
      add(sampling, 1, 2);
      add(sampling, 2, 0.5);
    }
    return sampling;
  }

  private static void add(LossSecondMoment sampling, int time, double... losses) {
    int[] times = new int[losses.length];
    Arrays.fill(times, time);
    sampling.history().orElseThrow().add(times, losses);
  }
}
