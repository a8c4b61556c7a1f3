package brume.nn.optim;

import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.reduce.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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

class SgdTest {

  /** Two steps with gradients 2 and 4, reckoned by hand after torch.optim.SGD. */
  @Test
  void dampeningSparesTheFirstStep() {
    // b = 2, p = 1 − 0.1·2 = 0.8; b = 0.5·2 + 0.75·4 = 4, p = 0.8 − 0.1·4 = 0.4
    assertEquals(0.4, after(new Sgd.Config(0.5, 0.25, false, 0)), 1e-7);
  }

  @Test
  void nesterovLooksAhead() {
    // b = 2, p = 1 − 0.1·(2 + 1) = 0.7; b = 0.5·2 + 4 = 5, p = 0.7 − 0.1·(4 + 2.5) = 0.05
    assertEquals(0.05, after(new Sgd.Config(0.5, 0, true, 0)), 1e-7);
  }

  @Test
  void refusesNumbersThatDoNotFitTogether() {
    assertEquals(
        "sgd: expected momentum and no dampening with nesterov, got momentum 0.9, dampening 0.5",
        assertThrows(ConfigException.class, () -> new Sgd.Config(0.9, 0.5, true, 0))
            .getMessage());
    assertEquals(
        "sgd: expected no dampening without momentum, got dampening 0.5",
        assertThrows(ConfigException.class, () -> new Sgd.Config(0, 0.5, false, 0))
            .getMessage());
  }

  private static double after(Sgd.Config config) {
    try (Scope scope = Scope.open()) {
      Variable p = Variable.parameter(Tensor.of(Backends.reference(), Shape.of(1), 1));
      Sgd sgd = new Sgd(List.of(new NamedParameter("p", p, StoredLayout.SAME)), config);
      for (double gradient : new double[] {2, 4}) {
        Variable g =
            Variable.constant(Tensor.of(Backends.reference(), Shape.of(1), (float) gradient));
        sgd.step(sum(multiply(p, g)).backward(), 0.1);
      }
      return p.value().item();
    }
  }
}
