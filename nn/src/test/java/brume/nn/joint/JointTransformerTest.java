package brume.nn.joint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.autograd.GradientCheck;
import brume.autograd.Variable;
import brume.nn.Condition;
import brume.nn.Context;
import brume.nn.NamedParameter;
import brume.nn.NetworkChecks;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.layer.Positions;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JointTransformerTest {

  private final Scope scope = Scope.open();

  @AfterEach
  void close() {
    scope.close();
  }

  private static JointTransformer network(boolean normalizes) {
    JointTransformer network = new JointTransformer(
        NetworkChecks.ON,
        RandomKey.of(1),
        new JointConfig(2, 3, 2, 2, 2, 4, 5, 6, 3, 3, normalizes));
    NetworkChecks.stir(network);
    return network;
  }

  private static Query query(Context said, int height, int width) {
    return new Query(
        NetworkChecks.numbers(2, height, width, 2),
        new double[] {3, 250},
        Condition.none().withContext(said),
        Pass.inference());
  }

  private static Context said() {
    return Context.of(NetworkChecks.numbers(2, 3, 5)).withVector(NetworkChecks.numbers(2, 6));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradientsFollowTheSlope(boolean normalizes) {
    JointTransformer network = network(normalizes);
    Query query = query(said(), 4, 2);
    Context said = query.condition().context().orElseThrow();
    List<Variable> inputs =
        new ArrayList<>(List.of(query.xt(), said.tokens(), said.vector().orElseThrow()));
    for (NamedParameter parameter : network.parameters()) {
      boolean used = !parameter.path().contains("1.attn.add_q_proj")
          && !parameter
              .path()
              .contains("1.attn.norm_added_q"); // the last block's words ask nothing
      if (used
          && parameter.variable().requiresGradient()
          && parameter.variable().shape().size() <= 8) {
        inputs.add(parameter.variable());
      }
    }
    new GradientCheck(1e-5, 1e-6, 1e-5)
        .check(() -> network.predict(query), inputs.toArray(Variable[]::new))
        .requirePassed();
  }

  @Test
  void tableOfPlacesIsThatOfPositionsWhereItIsAsLargeAsThePictures() {
    JointTransformer fresh = new JointTransformer(
        NetworkChecks.ON, RandomKey.of(1), new JointConfig(2, 3, 2, 2, 2, 4, 5, 6, 3, 3, false));
    double[] table = fresh.parameters().get(0).variable().value().toDoubles();
    assertArrayEquals(Positions.table(NetworkChecks.ON, 3, 3, 8).toDoubles(), table, 1e-7);
  }

  @Test
  void answersPicturesUpToTheTable() {
    JointTransformer network = network(true);
    assertEquals(Shape.of(2, 6, 4, 3), network.predict(query(said(), 6, 4)).shape());
    assertEquals(
        "joint transformer: expected x of shape (N, H, W, 2), H and W multiples of 2 up to 6, got (2, 8,"
            + " 4, 2)",
        assertThrows(ShapeException.class, () -> network.predict(query(said(), 8, 4)))
            .getMessage());
    Context narrow = Context.of(NetworkChecks.numbers(2, 3, 4));
    assertEquals(
        "joint transformer: expected tokens of 5 numbers, all shown, got (2, 3, 4)",
        assertThrows(ShapeException.class, () -> network.predict(query(narrow, 4, 4)))
            .getMessage());
  }
}
