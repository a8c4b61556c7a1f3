package brume.tensor.math;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("MustBeClosedChecker") // closed after each test
class ArithmeticTest {

  private final Scope scope = Scope.open();
  private final Tensor a = of(2, 1, -2, 3, 5), b = of(2, 0.5, 4, -1, 2);

  @AfterEach
  void closeScope() {
    scope.close();
  }

  @Test
  void computesElementByElementIntoNewTensors() {
    requireNumbers(Arithmetic.plus(a, b), 1.5, 2, 2, 7);
    requireNumbers(Arithmetic.minus(a, b), 0.5, -6, 4, 3);
    requireNumbers(Arithmetic.times(a, b), 0.5, -8, -3, 10);
    requireNumbers(Arithmetic.scaled(2, a), 2, -4, 6, 10);
    requireNumbers(Arithmetic.affine(2, a, 1), 3, -3, 7, 11);
    requireNumbers(Arithmetic.mix(2, a, -1, b), 1.5, -8, 7, 8);
    requireNumbers(Arithmetic.clamp(a, -1, 3), 1, -1, 3, 3);
    requireNumbers(a, 1, -2, 3, 5);
  }

  @Test
  void mixesSamplesWithTheirOwnFactors() {
    Tensor y = Arithmetic.mixSamples(new double[] {2, 0}, a, new double[] {1, 3}, b);
    requireNumbers(y, 2.5, 0, -3, 6);
  }

  @Test
  void refusesShapesThatDiffer() {
    assertEquals(
        "plus: expected two equal shapes, got a (2, 2) and b (1, 2)",
        assertThrows(ShapeException.class, () -> Arithmetic.plus(a, of(1, 1, 2)))
            .getMessage());
    assertEquals(
        "mixSamples: expected one factor per sample of a (2, 2), got 1 and 2",
        assertThrows(
                ShapeException.class,
                () -> Arithmetic.mixSamples(new double[1], a, new double[2], b))
            .getMessage());
  }

  private static void requireNumbers(Tensor t, double... expected) {
    assertArrayEquals(expected, t.toDoubles(), 1e-15);
  }

  private static Tensor of(int rows, double... values) {
    return Tensor.of(Backends.reference(), Shape.of(rows, values.length / rows), values);
  }
}
