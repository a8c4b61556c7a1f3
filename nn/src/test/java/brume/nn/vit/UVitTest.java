package brume.nn.vit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.autograd.Variable;
import brume.nn.Condition;
import brume.nn.ConfigException;
import brume.nn.NamedParameter;
import brume.nn.NetworkChecks;
import brume.nn.Pass;
import brume.nn.Query;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.random.RandomKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class UVitTest {

  private static UVit network(int patch, double dropout) {
    return new UVit(
        NetworkChecks.ON,
        RandomKey.of(1),
        new UVitConfig(
            2, 3, 3, 4, 3, List.of(1, 2), List.of(2, 1), patch, 1, 2, 2, 2, 4, 0.1, dropout));
  }

  @Test
  void gradientsAgreeWithDifferences() {
    for (int patch : new int[] {1, 2}) {
      try (Scope scope = Scope.open()) {
        UVit network = network(patch, 0);
        NetworkChecks.stir(network);
        Variable x = NetworkChecks.numbers(2, 4 * patch, 2 * patch, 2);
        Condition told = Condition.none().withLabels(2, Condition.NO_CLASS);
        Query query = new Query(x, new double[] {3, 4}, told, Pass.inference());
        assertEquals(x.shape().with(-1, 3), network.predict(query).shape());
        NetworkChecks.requireGradients(network, query);
      }
    }
  }

  @Test
  void recomputedBlocksHaveTheSameGradients() {
    try (Scope scope = Scope.open()) {
      UVit network = network(1, 0.3);
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
      UVit network = network(1, 0);
      NetworkChecks.stir(network);
      NetworkChecks.requireTimesAndClassesMatter(network, NetworkChecks.numbers(2, 4, 2, 2));
    }
  }

  @Test
  void pixelsOfASquareBeginAlike() {
    try (Scope scope = Scope.open()) {
      NamedParameter filters = network(1, 0).parameters().stream()
          .filter(p -> p.path().equals("ups.1.0.net.0.weight"))
          .findFirst()
          .orElseThrow();
      double[] values = filters.variable().value().toDoubles(); // (Cout·4, 1, 1, Cin)
      int cin = filters.variable().shape().dim(3);
      for (int i = 0; i < values.length; i++) {
        assertEquals(values[i / (4 * cin) * 4 * cin + i % cin], values[i], "filter " + i / cin);
      }
      assertEquals(Shape.of(4 * 3, 1, 1, 4), filters.variable().shape());
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    try (Scope scope = Scope.open()) {
      Query odd = Query.of(NetworkChecks.numbers(1, 6, 4, 2), new double[] {0}, Pass.inference());
      assertEquals(
          "unet: expected height and width divisible by 4 to be halved at every level, got x (1, 6, 4, 2)",
          assertThrows(ShapeException.class, () -> network(2, 0).predict(odd)).getMessage());
    }
    assertEquals(
        "uvit: expected one or more levels with a factor each, got multipliers = [1], factors = []",
        assertThrows(
                ConfigException.class,
                () -> new UVitConfig(2, 3, 0, 4, 3, List.of(1), List.of(), 1, 1, 2, 2, 2, 4, 1, 0))
            .getMessage());
  }
}
