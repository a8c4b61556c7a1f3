package brume.diffusion.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.autograd.Variable;
import brume.nn.Context;
import brume.nn.Denoiser;
import brume.nn.Pass;
import brume.nn.Query;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a network is told of texts: all of it, nothing, or of a share of the samples nothing. */
class TextsTest {

  private static final RandomKey KEY = RandomKey.of(5);
  private static final int SAMPLES = 400;

  /** Answers with what it was told. */
  private static final Denoiser MIRROR =
      query -> query.condition().context("mirror", query.times().length).tokens();

  /** Of a batch in which sample n is told n, and nothing is told as the number of all samples. */
  private static double[] told(double drop, int first, int count) {
    Device device = Backends.reference();
    try (Scope scope = Scope.open()) {
      double[] said = IntStream.rangeClosed(0, count).asDoubleStream().toArray();
      Batch batch = new Batch(Tensor.of(device, Shape.of(count, 1, 1, 1), new double[count]), first)
          .withSaid(
              Context.of(Variable.constant(Tensor.of(device, Shape.of(count + 1, 1, 1), said))));
      return new Conditions.Texts("text", drop, 1, 0)
          .told(MIRROR, batch, KEY)
          .predict(Query.of(Variable.constant(batch.x0()), new double[count], Pass.training(KEY)))
          .value()
          .toDoubles();
    }
  }

  @Test
  void allIsToldWithoutDropping() {
    assertArrayEquals(
        IntStream.range(0, SAMPLES).asDoubleStream().toArray(), told(0, 0, SAMPLES), 0);
  }

  @Test
  void nothingIsToldWhereAllIsDropped() {
    assertEquals(SAMPLES, dropped(told(1, 0, SAMPLES)));
  }

  @Test
  void aShareOfTheSamplesIsToldNothing() {
    assertEquals(0.25 * SAMPLES, dropped(told(0.25, 0, SAMPLES)), 35); // four standard deviations
  }

  @Test
  void whatIsDroppedDependsOnTheNumberOfTheSampleAlone() {
    double[] whole = told(0.5, 0, SAMPLES), part = told(0.5, 100, 50);
    for (int n = 0; n < part.length; n++) {
      assertEquals(whole[100 + n] == SAMPLES, part[n] == part.length);
    }
  }

  private static long dropped(double[] told) {
    return Arrays.stream(told).filter(n -> n == SAMPLES).count();
  }

  @Test
  void aBatchOfWhichNothingIsSaidIsRefused() {
    try (Scope scope = Scope.open()) {
      Batch batch =
          new Batch(Tensor.of(Backends.reference(), Shape.of(1, 1, 1, 1), new double[1]), 0);
      Conditions.Texts texts = new Conditions.Texts("text", 0.1, 1, 0);
      assertThrows(IllegalArgumentException.class, () -> texts.told(MIRROR, batch, KEY));
    }
  }

  /** Of a batch in which sample n is told n, or n + N for its vector alone, or 2N for nothing. */
  private static double[] pictured(double drop, double dropTexts) {
    Device device = Backends.reference();
    try (Scope scope = Scope.open()) {
      double[] said = IntStream.rangeClosed(0, 2 * SAMPLES).asDoubleStream().toArray();
      Tensor tokens = Tensor.of(device, Shape.of(said.length, 1, 1), said);
      Batch batch = new Batch(Tensor.of(device, Shape.of(SAMPLES, 1, 1, 1), new double[SAMPLES]), 0)
          .withSaid(Context.of(Variable.constant(tokens)));
      ToldWords words = new ToldWords("text", dropTexts, 1, 0, "");
      return new Conditions.Pictured("text", "prior", drop, 1, words)
          .told(MIRROR, batch, KEY)
          .predict(Query.of(Variable.constant(batch.x0()), new double[SAMPLES], Pass.training(KEY)))
          .value()
          .toDoubles();
    }
  }

  @Test
  void wordsAreDroppedWithoutTheVectorTheyStandBeside() {
    double[] told = pictured(0.25, 0.5);
    int both = 0, vector = 0, nothing = 0;
    for (int n = 0; n < SAMPLES; n++) {
      both += told[n] == n ? 1 : 0;
      vector += told[n] == SAMPLES + n ? 1 : 0;
      nothing += told[n] == 2 * SAMPLES ? 1 : 0;
    }
    assertEquals(SAMPLES, both + vector + nothing);
    assertEquals(0.375 * SAMPLES, both, 39); // four standard deviations
    assertEquals(0.375 * SAMPLES, vector, 39);
  }
}
