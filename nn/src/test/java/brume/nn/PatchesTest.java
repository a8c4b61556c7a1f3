package brume.nn;

import static brume.autograd.function.resample.PixelUnshuffle.pixelUnshuffle;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PatchesTest {

  /** Answers with what it sees, and remembers the former estimate. */
  private static final class Echo implements Network {
    private final List<Query> queries = new ArrayList<>();

    @Override
    public Variable predict(Query query) {
      queries.add(query);
      return query.xt();
    }

    @Override
    public boolean isSelfConditioned() {
      return true;
    }

    @Override
    public List<NamedParameter> parameters() {
      return List.of();
    }
  }

  private static Variable images(long seed) {
    double[] values = new double[4 * 6];
    RandomKey.of(seed).fillNormal(0, values, 0, values.length);
    return Variable.constant(Tensor.of(Backends.reference(), Shape.of(1, 4, 6, 1), values));
  }

  @Test
  void squaresAreShownAsChannelsAndTheAnswerIsPutBack() {
    try (Scope scope = Scope.open()) {
      Variable x = images(3), x0 = images(4);
      Echo echo = new Echo();
      Query query = Query.of(x, new double[] {5}, Pass.inference())
          .withCondition(Condition.none().withFormer(x0));
      Patches patches = new Patches(echo, 2);
      assertArrayEquals(x.value().toDoubles(), patches.predict(query).value().toDoubles());

      Query seen = echo.queries.get(0);
      assertEquals(Shape.of(1, 2, 3, 4), seen.xt().shape());
      assertArrayEquals(
          pixelUnshuffle(x, 2).value().toDoubles(), seen.xt().value().toDoubles());
      assertArrayEquals(
          pixelUnshuffle(x0, 2).value().toDoubles(),
          seen.condition().former().orElseThrow().value().toDoubles());
      assertArrayEquals(new double[] {5}, seen.times());
      assertTrue(patches.isSelfConditioned());
    }
  }

  @Test
  void squaresOfOnePixelChangeNothing() {
    try (Scope scope = Scope.open()) {
      Echo echo = new Echo();
      Query query = Query.of(images(3), new double[] {5}, Pass.inference());
      new Patches(echo, 1).predict(query);
      assertEquals(List.of(query), echo.queries);
    }
    assertEquals(
        "patches: expected a side of 1 or more, got 0",
        assertThrows(IllegalArgumentException.class, () -> new Patches(new Echo(), 0))
            .getMessage());
  }

  @Test
  void aClockTellsOtherTimes() {
    try (Scope scope = Scope.open()) {
      Echo echo = new Echo();
      Query query = Query.of(images(3), new double[] {5}, Pass.inference());
      Clock.rescaled(echo, 50).predict(query);
      assertArrayEquals(new double[] {100}, echo.queries.get(0).times());
      assertTrue(new Clock(echo, t -> t).isSelfConditioned());
      assertFalse(new Clock(q -> q.xt(), t -> t).isSelfConditioned());
    }
  }

  @Test
  void everySampleHasATime() {
    try (Scope scope = Scope.open()) {
      assertEquals(
          "query: expected one time for each of the samples of x (1, 4, 6, 1), got 2",
          assertThrows(
                  IllegalArgumentException.class,
                  () -> Query.of(images(3), new double[2], Pass.inference()))
              .getMessage());
    }
  }
}
