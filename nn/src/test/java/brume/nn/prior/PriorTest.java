package brume.nn.prior;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.autograd.GradientCheck;
import brume.autograd.Variable;
import brume.nn.Attending;
import brume.nn.Condition;
import brume.nn.Context;
import brume.nn.NamedParameter;
import brume.nn.NetworkChecks;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.layer.Activation;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PriorTest {

  private static final double[] TIMES = {3, 250};

  private final Scope scope = Scope.open();

  @AfterEach
  void close() {
    scope.close();
  }

  private static PriorTransformer network(boolean normalizes) {
    PriorTransformer network = new PriorTransformer(
        NetworkChecks.ON,
        RandomKey.of(1),
        new PriorConfig(3, 2, 2, 2, 2, Activation.GELU, normalizes, normalizes));
    NetworkChecks.stir(network);
    return network;
  }

  private static Context said() {
    return Context.of(NetworkChecks.numbers(2, 2, 3))
        .withVector(NetworkChecks.numbers(2, 3))
        .withShown(true, false, true, true);
  }

  private static Query query(Context said) {
    return new Query(
        NetworkChecks.numbers(2, 3), TIMES, Condition.none().withContext(said), Pass.inference());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradientsFollowTheSlope(boolean normalizes) {
    PriorTransformer network = network(normalizes);
    Query query = query(said());
    // The mean and the deviation of pictures' vectors are of no use to the answer.
    GradientCheck check = new GradientCheck(1e-5, 1e-6, 1e-5);
    check
        .check(
            () -> network.predict(query),
            network.parameters().stream()
                .filter(parameter -> !parameter.path().startsWith("clip_"))
                .filter(parameter -> parameter.variable().shape().size() <= 16)
                .map(NamedParameter::variable)
                .toArray(Variable[]::new))
        .requirePassed();
  }

  @Test
  void wordsBehindAndHiddenWordsDoNotMatterToWhatStandsBefore() {
    PriorTransformer network = network(false);
    Context said = said();
    double[] tokens = said.tokens().value().toDoubles();
    tokens[3] += 1; // of the second token of the first sample, which is hidden
    Context other =
        said.withTokens(Variable.constant(Tensor.of(NetworkChecks.ON, Shape.of(2, 2, 3), tokens)));
    assertArrayEquals(
        network.predict(query(said)).value().toDoubles(),
        network.predict(query(other)).value().toDoubles(),
        1e-12);
    Query plain = Query.of(NetworkChecks.numbers(2, 3), TIMES, Pass.inference());
    assertArrayEquals(
        network.predict(query(said)).value().toDoubles(),
        new Attending(network, said).predict(plain).value().toDoubles());
  }

  @Test
  void vectorsComeBackToTheirSpread() {
    PriorTransformer network = network(false);
    for (NamedParameter parameter : network.parameters()) {
      if (parameter.path().equals("clip_std")) {
        parameter.variable().value().copyFrom(new double[] {2, 3, 4});
      } else if (parameter.path().equals("clip_mean")) {
        parameter.variable().value().copyFrom(new double[] {1, 0, -1});
      }
    }
    Variable ones =
        Variable.constant(Tensor.of(NetworkChecks.ON, Shape.of(1, 3), new double[] {1, 1, 1}));
    assertArrayEquals(
        new double[] {3, 3, 3}, network.toPictureVector(ones).value().toDoubles(), 1e-12);
  }

  @Test
  void refusesWhatDoesNotFit() {
    PriorTransformer network = network(false);
    Context longer = Context.of(NetworkChecks.numbers(2, 3, 3));
    assertEquals(
        "prior: expected tokens of shape (2, 2, 3), got (2, 3, 3)",
        assertThrows(ShapeException.class, () -> network.predict(query(longer))).getMessage());
    Context alone = Context.of(NetworkChecks.numbers(2, 2, 3));
    assertEquals(
        "prior: expected a vector of 3 numbers for each sample beside the tokens, got none",
        assertThrows(ShapeException.class, () -> network.predict(query(alone))).getMessage());
  }

  @Test
  void picturesStandBeforeWordsAndInTheTime() {
    TextProjection layers =
        new TextProjection(NetworkChecks.ON, RandomKey.of(2), new TextProjectionConfig(3, 2, 5, 4));
    Variable picture = NetworkChecks.numbers(2, 3), words = NetworkChecks.numbers(2, 3);
    Variable tokens = NetworkChecks.numbers(2, 6, 3);
    Context context = layers.context(picture, words, tokens);
    assertEquals(Shape.of(2, 2 + 6, 5), context.tokens().shape());
    assertEquals(Shape.of(2, 4), context.vector().orElseThrow().shape());
    Context without = layers.context(layers.noPicture(2), words, tokens);
    double[] with = context.tokens().value().toDoubles();
    double[] less = without.tokens().value().toDoubles();
    assertArrayEquals( // the words of the first sample
        Arrays.copyOfRange(with, 10, 40), Arrays.copyOfRange(less, 10, 40), 1e-12);
    assertEquals(
        "projection: expected vectors (N, 3) of pictures and of words and tokens (N, L, 3), got (1, 3),"
            + " (2, 3) and (2, 6, 3)",
        assertThrows(
                ShapeException.class,
                () -> layers.context(NetworkChecks.numbers(1, 3), words, tokens))
            .getMessage());
  }
}
