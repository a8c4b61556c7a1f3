package brume.tests.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.tensor.DType;
import brume.tensor.DTypeException;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Two formats of numbers live on one device; a function that would mix them is refused. */
class OneFormatTest {

  private static final Backend CPU = Backends.cpu();
  private static final Set<String> ON_HOST = Set.of("normalKl", "normalLogLikelihood"); // no kernel

  @ParameterizedTest(name = "{0}: input {1} in double precision, the others in single")
  @MethodSource("cases")
  void namesBothFormats(OpCase op, int stray) {
    try (Scope scope = Scope.open()) {
      Variable[] inputs = op.on(CPU, OpCase::normal);
      Tensor single = inputs[stray].value();
      Tensor twice = Tensor.empty(CPU, single.shape(), DType.F64);
      twice.copyFrom(single.toDoubles());
      inputs[stray] =
          inputs[stray].requiresGradient() ? Variable.parameter(twice) : Variable.constant(twice);
      Exception e =
          assertThrows(DTypeException.class, () -> computeAndGoBack(op, inputs), op::toString);
      assertTrue(e.getMessage().contains("expected numbers in f32, in which"), e.getMessage());
      assertTrue(e.getMessage().contains("cpu computes, got f64"), e.getMessage());
    }
  }

  @Test
  void aTensorKeepsItsFormatAndItsDigits() {
    try (Scope scope = Scope.open()) {
      long before = CPU.liveBytes();
      Tensor twice = Tensor.empty(CPU, Shape.of(2), DType.F64);
      assertEquals(before + 2 * Double.BYTES, CPU.liveBytes());
      twice.copyFrom(new double[] {1 / 3.0, 0.1});
      assertEquals(1 / 3.0, twice.toDoubles()[0]);
      assertEquals(DType.F64, twice.reshape(Shape.of(1, 2)).dtype());
      assertEquals(DType.F64, twice.like().dtype());
      assertEquals(DType.F64, twice.like(Shape.of(3)).dtype());
      assertEquals(DType.F32, Tensor.empty(CPU, Shape.of(2)).dtype());
    }
  }

  @Test
  void aDeviceRefusesAFormatItDoesNotHold() {
    try (Scope scope = Scope.open()) {
      Exception e = assertThrows(
          DTypeException.class, () -> Tensor.empty(Backends.reference(), Shape.of(2), DType.F32));
      assertEquals(
          "reference: expected numbers in f64, got f32; use that format or another device",
          e.getMessage());
      assertThrows(
          DTypeException.class, () -> Tensor.empty(TestBackends.gpu(), Shape.of(2), DType.F64));
    }
  }

  private static void computeAndGoBack(OpCase op, Variable[] inputs) {
    Variable y = op.function().apply(inputs);
    y.backward(Tensor.of(CPU, y.shape(), op.normal(0, y.shape().size())));
  }

  static Stream<Arguments> cases() {
    return OpCases.small()
        .filter(op -> op.inputs().size() > 1 && !ON_HOST.contains(op.toString()))
        .flatMap(op ->
            IntStream.range(0, op.inputs().size()).mapToObj(stray -> Arguments.of(op, stray)));
  }
}
