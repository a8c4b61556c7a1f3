package brume.nn.mlp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.nn.Pass;
import brume.nn.Query;
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

class MlpTest {

  private final Backend reference = Backends.reference();
  private final Scope scope = Scope.open();
  private final Mlp network =
      new Mlp(reference, RandomKey.of(1), new MlpConfig(2, 2, 0, 8, List.of(6, 4), 1, 0));

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void namesAreThoseOfTheOriginal() {
    List<String> names = network.parameters().stream().map(NamedParameter::path).toList();
    assertTrue(names.containsAll(List.of(
        "t_proj.0.weight",
        "in_fc.weight",
        "temp_fc.0.norm1.weight",
        "temp_fc.0.enc.bias",
        "temp_fc.1.skip.weight",
        "out_norm.bias",
        "out_fc.bias")));
    assertTrue(names.stream().noneMatch(name -> name.endsWith("fc1.bias")));
    assertTrue(names.stream().noneMatch(name -> name.startsWith("temp_fc.0.skip")));
  }

  @Test
  void samplesDoNotSeeEachOtherButTheTime() {
    double[] both = run(points(0.3, -0.2, 1, 2), 5, 70);
    assertArrayEquals(run(points(0.3, -0.2), 5), Arrays.copyOf(both, 2), 1e-12);
    assertNotEquals(run(points(0.3, -0.2), 5)[0], run(points(0.3, -0.2), 6)[0]);
  }

  @Test
  void everyParameterLearns() {
    Variable y =
        network.predict(Query.of(points(0.3, -0.2, 1, 2), new double[] {3, 9}, Pass.inference()));
    Gradients gradients = y.backward(Tensor.of(reference, y.shape(), new double[] {1, 2, -1, 3}));
    for (NamedParameter parameter : network.parameters()) {
      double[] gradient = gradients.of(parameter.variable()).orElseThrow().toDoubles();
      assertTrue(Arrays.stream(gradient).anyMatch(g -> g != 0), parameter.path());
    }
  }

  @Test
  void samplesMayBeDescribedByWaves() {
    MlpConfig waves = new MlpConfig(2, 2, 3, 8, List.of(6, 4), 1, 0);
    Mlp described = new Mlp(reference, RandomKey.of(1), waves);
    assertEquals(Shape.of(6, 14), described.parameters().get(2).variable().shape());
    Variable x = Variable.parameter(points(0.3, -0.2).value());
    Variable y = described.predict(Query.of(x, new double[1], Pass.inference()));
    double slope = y.backward(Tensor.of(reference, y.shape(), new double[] {1, 0}))
        .of(x)
        .orElseThrow()
        .toDoubles()[1];
    double step = 1e-6;
    double above = value(described, points(0.3, -0.2 + step));
    double below = value(described, points(0.3, -0.2 - step));
    assertEquals((above - below) / (2 * step), slope, 1e-6);
  }

  private static double value(Mlp network, Variable x) {
    return network.predict(Query.of(x, new double[1], Pass.inference())).value().toDoubles()[0];
  }

  @Test
  void refusesSamplesOfOtherSizes() {
    Variable x = Variable.constant(Tensor.of(reference, Shape.of(1, 3), new double[3]));
    assertEquals(
        "mlp: expected x (N, ...) of 2 features, got (1, 3)",
        assertThrows(
                ShapeException.class,
                () -> network.predict(Query.of(x, new double[1], Pass.inference())))
            .getMessage());
  }

  private double[] run(Variable x, double... times) {
    return network.predict(Query.of(x, times, Pass.inference())).value().toDoubles();
  }

  private Variable points(double... coordinates) {
    Shape shape = Shape.of(coordinates.length / 2, 1, 1, 2);
    return Variable.constant(Tensor.of(reference, shape, coordinates));
  }
}
