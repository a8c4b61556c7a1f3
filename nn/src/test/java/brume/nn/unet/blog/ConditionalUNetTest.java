package brume.nn.unet.blog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Pass;
import brume.nn.Query;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import org.junit.jupiter.api.Test;

class ConditionalUNetTest {

  private static final ConditionalUNetConfig SMALL =
      new ConditionalUNetConfig(2, 3, 4, 6, 2, 2, true);

  @Test
  void withoutATapeTheResultIsTheSame() {
    try (Scope scope = Scope.open()) {
      ConditionalUNet network = network();
      double[] recorded = run(network, 4, 8);
      try (Tape.Pause pause = Tape.pause()) {
        assertArrayEquals(recorded, run(network, 4, 8));
      }
      assertEquals(4 * 8 * 3, recorded.length);
    }
  }

  @Test
  void everyParameterReceivesAGradient() {
    try (Scope scope = Scope.open()) {
      ConditionalUNet network = network();
      Variable y = network.predict(Query.of(input(4, 4), new double[] {7}, Pass.inference()));
      Tensor dy = y.value().like();
      dy.copyFrom(new double[dy.shape().size()]);
      var gradients = y.backward(dy);
      network
          .parameters()
          .forEach(parameter ->
              assertTrue(gradients.of(parameter.variable()).isPresent(), parameter.path()));
    }
  }

  @Test
  void sizesThatCannotBeHalvedAreRefused() {
    try (Scope scope = Scope.open()) {
      ConditionalUNet network = network();
      ShapeException refused = assertThrows(ShapeException.class, () -> run(network, 4, 6));
      assertEquals(
          "unet: expected height and width divisible by 4 to be halved at every level, got x (1, 4, 6,"
              + " 2)",
          refused.getMessage());
    }
  }

  @Test
  void groupsMustDivideTheChannels() {
    IllegalArgumentException refused = assertThrows(
        IllegalArgumentException.class, () -> new ConditionalUNetConfig(1, 1, 6, 8, 1, 4, false));
    assertEquals(
        "groups: expected a divisor of initialDim, got groups = 4 and initialDim = 6",
        refused.getMessage());
  }

  private static ConditionalUNet network() {
    return new ConditionalUNet(Backends.reference(), RandomKey.of(1), SMALL);
  }

  private static double[] run(ConditionalUNet network, int height, int width) {
    return network
        .predict(Query.of(input(height, width), new double[] {7}, Pass.inference()))
        .value()
        .toDoubles();
  }

  private static Variable input(int height, int width) {
    Shape shape = Shape.of(1, height, width, 2);
    float[] values = new float[shape.size()];
    RandomKey.of(3).fillNormal(0, values, 0, values.length);
    return Variable.constant(Tensor.of(Backends.reference(), shape, values));
  }
}
