package brume.nn.unet.lucid;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Gradients;
import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Condition;
import brume.nn.NamedParameter;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.unet.BlockVersion;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UNetTest {

  private static final UNetConfig SMALL = small().build();

  private final Backend reference = Backends.reference();
  private final Scope scope = Scope.open();

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void recomputingBlocksSavesMemoryAndChangesNothing() {
    UNet network = network(small().dropout(0.2).build());
    Variable x = input(2, 8, 8, 2);
    Pass pass = Pass.training(RandomKey.of(3));
    long before = reference.liveBytes();
    Variable remembered = network.predict(Query.of(x, new double[] {1, 2}, pass));
    long whole = reference.liveBytes() - before;
    before = reference.liveBytes();
    Variable frugal = network.predict(Query.of(x, new double[] {1, 2}, pass.recomputing()));
    long part = reference.liveBytes() - before;
    assertTrue(2 * part < whole, part + " of " + whole + " bytes");
    assertArrayEquals(remembered.value().toDoubles(), frugal.value().toDoubles());

    Gradients expected = remembered.backward(ones(remembered.shape()));
    Gradients found = frugal.backward(ones(frugal.shape()));
    for (NamedParameter parameter : network.parameters()) {
      assertArrayEquals(
          expected.of(parameter.variable()).orElseThrow().toDoubles(),
          found.of(parameter.variable()).orElseThrow().toDoubles(),
          1e-9,
          parameter.path());
    }
  }

  private Tensor ones(Shape shape) {
    double[] ones = new double[shape.size()];
    Arrays.fill(ones, 1);
    return Tensor.of(reference, shape, ones);
  }

  @Test
  void refusesSizesThatCannotBeHalved() {
    ShapeException refused = assertThrows(ShapeException.class, () -> network(SMALL)
        .predict(Query.of(input(1, 6, 5, 2), new double[1], Pass.inference())));
    assertEquals(
        "unet: expected height and width divisible by 2 to be halved at every level, got x (1, 6, 5,"
            + " 2)",
        refused.getMessage());
  }

  @Test
  void refusesLengthsThatCannotBeHalved() {
    UNet network =
        network(UNetConfig.signal(BlockVersion.RMS_NORM, 2, 4, List.of(1, 1, 1)).build());
    ShapeException refused = assertThrows(
        ShapeException.class,
        () -> network.predict(Query.of(input(1, 6, 2), new double[1], Pass.inference())));
    assertEquals(
        "unet: expected a length divisible by 4 to be halved at every level, got x (1, 6, 2)",
        refused.getMessage());
  }

  @Test
  void refusesOtherChannelsAndOtherNumbersOfTimes() {
    UNet network = network(SMALL);
    assertEquals(
        "unet: expected x of shape (N, H, W, C) with C = 2, got (1, 4, 4, 3)",
        assertThrows(
                ShapeException.class,
                () -> network.predict(Query.of(input(1, 4, 4, 3), new double[1], Pass.inference())))
            .getMessage());
    assertEquals(
        "query: expected one time for each of the samples of x (2, 4, 4, 2), got 3",
        assertThrows(
                ShapeException.class,
                () -> network.predict(Query.of(input(2, 4, 4, 2), new double[3], Pass.inference())))
            .getMessage());
  }

  @Test
  void refusesASelfConditionItWasNotMadeFor() {
    Variable x = input(1, 4, 4, 2);
    Query query = Query.of(x, new double[1], Pass.inference())
        .withCondition(Condition.none().withFormer(x));
    assertEquals(
        "unet: expected no former estimate, got one; it is not self-conditioned",
        assertThrows(IllegalArgumentException.class, () -> network(SMALL).predict(query))
            .getMessage());
    Query other = query.withCondition(Condition.none().withFormer(input(1, 4, 4, 1)));
    assertEquals(
        "query: expected a former estimate of the shape of x (1, 4, 4, 2), got (1, 4, 4, 1)",
        assertThrows(
                ShapeException.class,
                () -> network(small().selfCondition(true).build()).predict(other))
            .getMessage());
  }

  @Test
  void withoutRecordingOnlyTheResultIsLeft() {
    UNet network = network(SMALL);
    Variable x = input(1, 4, 4, 2);
    try (Tape.Pause pause = Tape.pause();
        Scope inner = Scope.open()) {
      network.predict(Query.of(x, new double[1], Pass.inference()));
      assertEquals(1, inner.size());
    }
  }

  @Test
  void recordingDoesNotChangeTheResult() {
    UNet network = network(SMALL);
    Variable x = input(2, 4, 4, 2);
    double[] times = {3, 40};
    double[] recorded =
        network.predict(Query.of(x, times, Pass.inference())).value().toDoubles();
    try (Tape.Pause pause = Tape.pause()) {
      assertArrayEquals(
          recorded,
          network.predict(Query.of(x, times, Pass.inference())).value().toDoubles());
    }
  }

  @Test
  void dropoutActsInTrainingOnlyAndDependsOnTheKey() {
    UNet network = network(small().dropout(0.5).build());
    double[] without = result(network, Pass.inference());
    assertArrayEquals(without, result(network(SMALL), Pass.inference()));
    double[] first = result(network, Pass.training(RandomKey.of(7)));
    assertArrayEquals(first, result(network, Pass.training(RandomKey.of(7))));
    assertFalse(Arrays.equals(first, without));
    assertFalse(Arrays.equals(first, result(network, Pass.training(RandomKey.of(8)))));
  }

  @Test
  void everyParameterHasAnInfluence() {
    UNetConfig config = UNetConfig.image(BlockVersion.GROUP_NORM, 2, 4, List.of(1, 2))
        .groups(2)
        .selfCondition(true)
        .build();
    UNet network = network(config);
    Variable x = input(1, 4, 4, 2);
    Variable y = network.predict(Query.of(x, new double[] {5}, Pass.inference())
        .withCondition(Condition.none().withFormer(x)));
    var gradients = y.backward(input(1, 4, 4, 2).value());
    network
        .parameters()
        .forEach(parameter ->
            assertTrue(gradients.of(parameter.variable()).isPresent(), parameter.path()));
  }

  private double[] result(UNet network, Pass pass) {
    return network
        .predict(Query.of(input(1, 4, 4, 2), new double[] {3}, pass))
        .value()
        .toDoubles();
  }

  private static UNetBuilder small() {
    return UNetConfig.image(BlockVersion.RMS_NORM, 2, 4, List.of(1, 2));
  }

  private UNet network(UNetConfig config) {
    return new UNet(reference, RandomKey.of(1), config);
  }

  private Variable input(int... dims) {
    Shape shape = Shape.of(dims);
    double[] values = new double[shape.size()];
    RandomKey.of(2).fillNormal(0, values, 0, values.length);
    return Variable.constant(Tensor.of(reference, shape, values));
  }
}
