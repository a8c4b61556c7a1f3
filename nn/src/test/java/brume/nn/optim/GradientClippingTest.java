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
import brume.nn.NamedParameter;
import brume.nn.StoredLayout;
import brume.nn.optim.GradientClipping.ByNorm;
import brume.nn.optim.GradientClipping.Clipped;
import brume.nn.optim.GradientClipping.Measure;
import brume.tensor.Device;
import brume.tensor.DeviceNumber;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import java.util.List;
import java.util.Map;
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

  /** What is limited stays a factor beside the gradients, whatever is done with them next. */
  @Test
  void whatWasLimitedIsMeantByAllThatLooksAtIt() {
    Gradients limited = GradientClipping.euclidean(1).clip(gradients).gradients();
    assertEquals(0.2, limited.factor(), 1e-6);
    assertArrayEquals(new double[] {3, -4, 0}, limited.unscaled(p).orElseThrow().toDoubles());
    assertEquals(1, limited.squaredNorm(), 1e-5);
    assertEquals(1, limited.norm().late().await(), 1e-5);
    assertEquals(0.8, limited.maxAbs(), 1e-6);
    assertArrayEquals(
        new double[] {3.6, -4.8, 0}, limited.plus(gradients).of(p).orElseThrow().toDoubles(), 1e-5);
    assertArrayEquals(
        new double[] {1.2, -1.6, 0}, limited.times(2).of(p).orElseThrow().toDoubles(), 1e-5);
    assertArrayEquals(
        new double[] {0.5, -0.5, 0}, limited.within(0.5).of(p).orElseThrow().toDoubles(), 1e-6);
    assertArrayEquals(
        new double[] {0.3, -0.4, 0},
        GradientClipping.euclidean(0.5)
            .clip(limited)
            .gradients()
            .of(p)
            .orElseThrow()
            .toDoubles(),
        1e-5);
  }

  /** The optimizer multiplies while it reads, or is given new tensors. */
  @Test
  void whatWasLimitedMovesParametersToTheSameBits() {
    for (Device device : List.of(Backends.cpu(), Backends.reference())) {
      float[] g = {3, -4, 1e-3f, 0, 7.1f};
      float[][] moved = new float[2][];
      for (int way = 0; way < 2; way++) {
        Variable parameter =
            Variable.parameter(Tensor.of(device, Shape.of(5), new float[] {1, 2, 3, 4, 5}));
        Tensor gradient = Tensor.of(device, Shape.of(5), g.clone());
        Gradients limited = GradientClipping.euclidean(1)
            .clip(Gradients.of(Map.of(parameter, gradient)))
            .gradients();
        Gradients whole = Gradients.of(Map.of(parameter, limited.of(parameter).orElseThrow()));
        Adam adam = new Adam(
            List.of(new NamedParameter("p", parameter, StoredLayout.SAME)), AdamConfig.adam());
        for (int step = 0; step < 3; step++) {
          adam.step(way == 0 ? limited : whole, 0.1);
        }
        moved[way] = parameter.value().toFloats();
      }
      assertArrayEquals(moved[1], moved[0]);
    }
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
