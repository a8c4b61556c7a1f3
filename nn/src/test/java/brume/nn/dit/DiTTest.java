package brume.nn.dit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.autograd.Variable;
import brume.nn.Condition;
import brume.nn.ConfigException;
import brume.nn.NetworkChecks;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.layer.Activation;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.random.RandomKey;
import org.junit.jupiter.api.Test;

class DiTTest {

  private static DiTConfig config(int height, int width, int patch, int headDim, double dropout) {
    return new DiTConfig(
        2, 3, height, width, 3, patch, 2, 2, headDim, Activation.GELU_TANH, 1e-5, dropout);
  }

  private static DiT network(double dropout) {
    return new DiT(NetworkChecks.ON, RandomKey.of(1), config(4, 6, 2, 4, dropout));
  }

  @Test
  void answersZeroUntilItIsTrained() {
    try (Scope scope = Scope.open()) {
      Variable y = network(0)
          .predict(
              Query.of(NetworkChecks.numbers(2, 4, 6, 2), new double[] {0, 999}, Pass.inference()));
      assertEquals(Shape.of(2, 4, 6, 3), y.shape());
      assertArrayEquals(new double[2 * 4 * 6 * 3], y.value().toDoubles(), 1e-300); // also −0
    }
  }

  @Test
  void gradientsAgreeWithDifferences() {
    try (Scope scope = Scope.open()) {
      DiT network = network(0);
      NetworkChecks.stir(network);
      Variable x = NetworkChecks.numbers(2, 4, 6, 2);
      Condition told = Condition.none().withLabels(2, Condition.NO_CLASS);
      NetworkChecks.requireGradients(
          network, new Query(x, new double[] {3, 40}, told, Pass.inference()));
    }
  }

  @Test
  void recomputedBlocksHaveTheSameGradients() {
    try (Scope scope = Scope.open()) {
      DiT network = network(0.3);
      NetworkChecks.stir(network);
      NetworkChecks.requireSameWhenRecomputed(
          network,
          Query.of(
              NetworkChecks.numbers(2, 4, 6, 2),
              new double[] {3, 40},
              Pass.training(RandomKey.of(3))));
    }
  }

  @Test
  void timesAndClassesMatter() {
    try (Scope scope = Scope.open()) {
      DiT network = network(0);
      NetworkChecks.stir(network);
      NetworkChecks.requireTimesAndClassesMatter(network, NetworkChecks.numbers(2, 4, 6, 2));
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    try (Scope scope = Scope.open()) {
      DiT network = network(0);
      Query wide = Query.of(NetworkChecks.numbers(1, 6, 4, 2), new double[] {0}, Pass.inference());
      assertEquals(
          "dit: expected x of shape (N, 4, 6, 2), as its positions are fixed, got (1, 6, 4, 2)",
          assertThrows(ShapeException.class, () -> network.predict(wide)).getMessage());
    }
    assertEquals(
        "dit: expected height and width to be multiples of the patch 4, got 4 × 6",
        assertThrows(ConfigException.class, () -> config(4, 6, 4, 4, 0)).getMessage());
    assertEquals(
        "dit: expected heads·headDim to be a multiple of 4, as sines and cosines of both coordinates"
            + " share it, got 2·3",
        assertThrows(ConfigException.class, () -> config(4, 6, 2, 3, 0)).getMessage());
  }
}
