package brume.nn.optim;

import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.reduce.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.nn.ConfigException;
import brume.nn.optim.GradientClipping.ByNorm;
import brume.nn.optim.GradientClipping.Clipped;
import brume.nn.optim.GradientClipping.Measure;
import brume.tensor.DeviceNumber;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GradientClippingTest {

  private final Scope scope = Scope.open();
  private final Variable p = Variable.parameter(numbers(0, 0, 0));
  private final Gradients gradients =
      sum(multiply(p, Variable.constant(numbers(3, -4, 0)))).backward(); // of norm 5

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void offChangesNothingAndTellsTheNorm() {
    Clipped clipped = GradientClipping.off().clip(gradients);
    assertSame(gradients, clipped.gradients());
    assertEquals(5, clipped.norm());
  }

  @Test
  void valuesAreLimitedOneByOne() {
    Clipped clipped = GradientClipping.byValue(3.5).clip(gradients);
    assertEquals(5, clipped.norm());
    assertArrayEquals(new double[] {3, -3.5, 0}, of(clipped));
    assertArrayEquals(new double[] {3, -4, 0}, of(new Clipped(gradients, DeviceNumber.of(5))));
  }

  @Test
  void normsAreLimitedTogether() {
    assertArrayEquals(
        new double[] {0.6, -0.8, 0}, of(GradientClipping.euclidean(1).clip(gradients)), 1e-6);
    Clipped clipped = new ByNorm(Measure.MAXIMUM, 1).clip(gradients);
    assertEquals(4, clipped.norm());
    assertArrayEquals(new double[] {0.75, -1, 0}, of(clipped), 1e-6);
    assertSame(gradients, GradientClipping.euclidean(6).clip(gradients).gradients());
  }

  @Test
  void refusesLimitsThatAreNotPositive() {
    assertEquals(
        "clipping: expected a positive limit, got 0.0",
        assertThrows(ConfigException.class, () -> GradientClipping.byValue(0)).getMessage());
    assertThrows(ConfigException.class, () -> GradientClipping.euclidean(Double.NaN));
  }

  private double[] of(Clipped clipped) {
    return clipped.gradients().of(p).orElseThrow().toDoubles();
  }

  private static Tensor numbers(float... values) {
    return Tensor.of(Backends.reference(), Shape.of(values.length), values);
  }
}
