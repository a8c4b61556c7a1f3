package brume.nn.karras;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.nn.Condition;
import brume.nn.NamedParameter;
import brume.nn.NetworkChecks;
import brume.nn.Pass;
import brume.nn.Query;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MpTransformerTest {

  private static MpTransformer network(int dim) {
    return new MpTransformer(
        NetworkChecks.ON,
        RandomKey.of(1),
        new MpTransformerConfig(2, 3, 3, 2, dim, 2, 4, 2, 4, 0.1, 0.3, 0.3, 0.5));
  }

  @Test
  void answersZeroUntilItIsTrained() {
    try (Scope scope = Scope.open()) {
      Variable y = network(8)
          .predict(
              Query.of(NetworkChecks.numbers(2, 4, 6, 2), new double[] {0, 9}, Pass.inference()));
      assertEquals(Shape.of(2, 4, 6, 3), y.shape());
      assertArrayEquals(new double[2 * 4 * 6 * 3], y.value().toDoubles(), 1e-300); // also −0
    }
  }

  @Test
  void keepsTheMagnitudeOfNormalNumbers() {
    try (Scope scope = Scope.open()) {
      MpTransformer network = network(32);
      for (NamedParameter parameter : network.parameters()) {
        if (parameter.path().equals("output_block.1.gain")) {
          parameter.variable().value().copyFrom(new double[] {1});
        }
      }
      double[] y = network
          .predict(Query.of(NetworkChecks.numbers(2, 16, 16, 2), new double[2], Pass.inference()))
          .value()
          .toDoubles();
      double square = Arrays.stream(y).map(v -> v * v).average().orElseThrow();
      assertTrue(square > 0.25 && square < 2.5, "mean square " + square);
    }
  }

  @Test
  void gradientsAgreeWithDifferences() {
    try (Scope scope = Scope.open()) {
      MpTransformer network = network(8);
      NetworkChecks.stir(network);
      Variable x = NetworkChecks.numbers(2, 4, 2, 2);
      Condition told = Condition.none().withLabels(2, Condition.NO_CLASS);
      NetworkChecks.requireGradients(
          network, new Query(x, new double[] {3, 4}, told, Pass.inference()));
    }
  }

  @Test
  void recomputedLayersHaveTheSameGradients() {
    try (Scope scope = Scope.open()) {
      MpTransformer network = network(8);
      NetworkChecks.stir(network);
      NetworkChecks.requireSameWhenRecomputed(
          network,
          Query.of(
              NetworkChecks.numbers(2, 4, 2, 2),
              new double[] {3, 4},
              Pass.training(RandomKey.of(3))));
    }
  }

  @Test
  void timesAndClassesMatter() {
    try (Scope scope = Scope.open()) {
      MpTransformer network = network(8);
      NetworkChecks.stir(network);
      NetworkChecks.requireTimesAndClassesMatter(network, NetworkChecks.numbers(2, 4, 2, 2));
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    try (Scope scope = Scope.open()) {
      Query odd = Query.of(NetworkChecks.numbers(1, 3, 4, 2), new double[] {0}, Pass.inference());
      assertEquals(
          "mp-transformer: expected x (N, H, W, C) with C = 2 and sides divisible by 2, got (1, 3, 4, 2)",
          assertThrows(ShapeException.class, () -> network(8).predict(odd)).getMessage());
    }
  }
}
