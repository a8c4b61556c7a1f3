package brume.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.nn.Context;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HidingTest {

  private static final float LOW = -10000;

  private final Device device = Backends.cpu();

  private Context context() {
    return Context.of(Variable.constant(Tensor.of(device, Shape.of(2, 3, 1), new float[6])));
  }

  @Test
  void keysBehindTheTokensAreSeen() {
    try (Scope scope = Scope.open()) {
      Context context = context().withShown(true, false, true, false, false, true);
      Variable summands = Hiding.LOWERED.tokens(context, 2).orElseThrow();
      assertEquals(Shape.of(2, 1, 1, 5), summands.shape());
      assertArrayEquals(
          new float[] {0, LOW, 0, 0, 0, LOW, LOW, 0, 0, 0}, summands.value().toFloats());
    }
  }

  @Test
  void nothingIsAddedWhereAllAreSeen() {
    try (Scope scope = Scope.open()) {
      assertTrue(Hiding.GONE.tokens(context(), 2).isEmpty());
    }
  }

  @Test
  void ofWhatIsGoneNoWeightIsLeft() {
    try (Scope scope = Scope.open()) {
      Variable zero = Variable.constant(Tensor.of(device, Shape.of(1, 2, 1), 0f, 0f));
      Variable values = Variable.constant(Tensor.of(device, Shape.of(1, 2, 1), 3f, 7f));
      Variable causal = Hiding.GONE.causal(device, 2);
      Variable y = Heads.attend(zero, zero, values, 1, Optional.of(causal));
      assertArrayEquals(new float[] {3, 5}, y.value().toFloats());
    }
  }
}
