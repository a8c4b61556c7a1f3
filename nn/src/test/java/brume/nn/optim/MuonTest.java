package brume.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.ConfigException;
import brume.nn.NamedParameter;
import brume.nn.StoredLayout;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import java.util.List;
import org.junit.jupiter.api.Test;

class MuonTest {

  /** Of a diagonal matrix the singular values stand on the diagonal. */
  @Test
  void makesSingularValuesAlmostEqual() {
    double[] even = evened(Shape.of(1, 3, 3), 5, 0, 0, 0, 0.5, 0, 0, 0, -0.1);
    for (int i = 0; i < 9; i++) {
      double size = Math.abs(even[i]);
      assertTrue(i % 4 == 0 ? size > 0.6 && size < 1.3 : size < 1e-9, i + ": " + even[i]);
    }
    assertTrue(even[8] < 0, "directions stay: " + even[8]);
  }

  @Test
  void treatsRowsAsColumns() {
    double[] wide = evened(Shape.of(1, 2, 3), 1, 2, 3, -1, 0.5, 4);
    double[] tall = evened(Shape.of(1, 3, 2), 1, -1, 2, 0.5, 3, 4);
    double[] turned = {tall[0], tall[2], tall[4], tall[1], tall[3], tall[5]};
    assertArrayEquals(wide, turned, 1e-12);
  }

  @Test
  void treatsEachOfSeveralByItself() {
    double[] first = evened(Shape.of(1, 2, 2), 1, 2, 3, 5);
    double[] second = evened(Shape.of(1, 2, 2), 0, -2, 100, 1);
    double[] both = evened(Shape.of(2, 2, 2), 1, 2, 3, 5, 0, -2, 100, 1);
    for (int i = 0; i < 4; i++) {
      assertEquals(first[i], both[i], 1e-12);
      assertEquals(second[i], both[4 + i], 1e-12);
    }
  }

  @Test
  void leavesZerosAlone() {
    assertArrayEquals(new double[4], evened(Shape.of(1, 2, 2), 0, 0, 0, 0));
  }

  @Test
  void refusesDecayThroughGradients() {
    assertEquals(
        "muon: expected weight decay that is decoupled from the gradients, got another",
        assertThrows(
                ConfigException.class,
                () -> new Muon.Config(0.9, true, new AdamConfig(0.9, 0.99, 1e-8, 0.1, false)))
            .getMessage());
    assertEquals(
        "muon: expected momentum in [0, 1), got 1.0",
        assertThrows(
                ConfigException.class,
                () -> new Muon.Config(1, true, new AdamConfig(0.9, 0.99, 1e-8, 0.1, true)))
            .getMessage());
  }

  @Test
  void leavesWhatIsNoMatrixToAdam() {
    try (Scope scope = Scope.open()) {
      List<String> kept = new Muon(
              List.of(
                  named("filter", Shape.of(2, 3, 3, 1)),
                  named("row", Shape.of(1, 4)),
                  named("bias", Shape.of(4))),
              new Muon.Config(0.9, true, new AdamConfig(0.9, 0.99, 1e-8, 0, true)))
          .state().stream().map(each -> each.path()).toList();
      assertEquals(
          List.of(
              "momentum_buffer.filter",
              "exp_avg.row",
              "exp_avg_sq.row",
              "exp_avg.bias",
              "exp_avg_sq.bias"),
          kept);
    }
  }

  private static NamedParameter named(String name, Shape shape) {
    Tensor zeros = Tensor.of(Backends.reference(), shape, new double[shape.size()]);
    return new NamedParameter(name, Variable.parameter(zeros), StoredLayout.SAME);
  }

  private static double[] evened(Shape shape, double... values) {
    try (Scope scope = Scope.open();
        Tape.Pause pause = Tape.pause()) {
      return Muon.evened(Variable.constant(Tensor.of(Backends.reference(), shape, values)))
          .value()
          .toDoubles();
    }
  }
}
