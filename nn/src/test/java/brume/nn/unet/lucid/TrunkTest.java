package brume.nn.unet.lucid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.autograd.Variable;
import brume.nn.Condition;
import brume.nn.ConfigException;
import brume.nn.NetworkChecks;
import brume.nn.Pass;
import brume.nn.Query;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.random.RandomKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrunkTest {

  private static Trunk network() {
    return new Trunk(
        NetworkChecks.ON, RandomKey.of(1), new TrunkConfig(2, 3, 4, List.of(1, 2), 1, 2, 2, 2));
  }

  private static Query query(double... times) {
    return Query.of(NetworkChecks.numbers(times.length, 4, 2, 2), times, Pass.inference());
  }

  @Test
  void gradientsAgreeWithDifferences() {
    try (Scope scope = Scope.open()) {
      Trunk network = network();
      NetworkChecks.stir(network);
      assertEquals(Shape.of(2, 1, 1, 3), network.predict(query(3, 4)).shape());
      NetworkChecks.requireGradients(network, query(3, 4));
    }
  }

  @Test
  void recomputedBlocksHaveTheSameGradients() {
    try (Scope scope = Scope.open()) {
      Trunk network = network();
      NetworkChecks.stir(network);
      Variable x = NetworkChecks.numbers(2, 4, 2, 2);
      NetworkChecks.requireSameWhenRecomputed(
          network, Query.of(x, new double[] {3, 4}, Pass.training(RandomKey.of(3))));
    }
  }

  @Test
  void timesMatter() {
    try (Scope scope = Scope.open()) {
      Trunk network = network();
      NetworkChecks.stir(network);
      assertNotEquals(
          network.predict(query(3)).value().toDoubles()[0],
          network.predict(query(300)).value().toDoubles()[0]);
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    try (Scope scope = Scope.open()) {
      Variable odd = NetworkChecks.numbers(1, 3, 2, 2);
      ShapeException size = assertThrows(ShapeException.class, () -> network()
          .predict(Query.of(odd, new double[] {1}, Pass.inference())));
      assertEquals(
          "unet: expected height and width divisible by 2 to be halved at every level, got x (1, 3, 2, 2)",
          size.getMessage());
      Condition labels = Condition.none().withLabels(1);
      Variable x = NetworkChecks.numbers(1, 4, 2, 2);
      assertThrows(IllegalArgumentException.class, () -> network()
          .predict(new Query(x, new double[] {1}, labels, Pass.inference())));
      ConfigException groups = assertThrows(
          ConfigException.class, () -> new TrunkConfig(2, 3, 4, List.of(1), 1, 3, 2, 2));
      assertEquals("groups: expected a divisor of dim, got 3 of 4", groups.getMessage());
    }
  }
}
