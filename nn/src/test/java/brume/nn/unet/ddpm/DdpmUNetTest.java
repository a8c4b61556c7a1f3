package brume.nn.unet.ddpm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
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

class DdpmUNetTest {

  private final Backend reference = Backends.reference();
  private final Scope scope = Scope.open();

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void refusesSizesThatCannotBeHalved() {
    DdpmUNet network = new DdpmUNet(
        reference, RandomKey.of(1), DdpmUNetConfig.of(2, 32, List.of(1, 1), List.of(false, true)));
    ShapeException refused = assertThrows(
        ShapeException.class,
        () -> network.predict(Query.of(input(1, 3, 4, 2), new double[1], Pass.inference())));
    assertEquals(
        "unet: expected height and width divisible by 2 to be halved at every level, got x (1, 3, 4,"
            + " 2)",
        refused.getMessage());
  }

  @Test
  void beginsNearlyButNotQuiteAtZero() {
    DdpmUNet network = new DdpmUNet(
        reference, RandomKey.of(1), DdpmUNetConfig.of(2, 32, List.of(1), List.of(true)));
    Variable y = network.predict(Query.of(input(1, 2, 2, 2), new double[1], Pass.inference()));
    double largest = Arrays.stream(y.value().toDoubles()).map(Math::abs).max().orElseThrow();
    assertTrue(largest > 1e-8 && largest < 1e-3, "largest output " + largest);
  }

  private Variable input(int... dims) {
    Shape shape = Shape.of(dims);
    double[] values = new double[shape.size()];
    RandomKey.of(2).fillNormal(0, values, 0, values.length);
    return Variable.constant(Tensor.of(reference, shape, values));
  }
}
