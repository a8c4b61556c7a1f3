package brume.tests.op;

import static brume.autograd.function.pointwise.Power.power;
import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The special cases of a power by the rules of C's pow (C11, F.9.4.4), which torch.pow follows, and of
 * its derivatives as torch has them: b·aᵇ⁻¹, but 0 at b = 0, and aᵇ·log a, but 0 at a = 0 and b ≥ 0. The
 * sign of a derivative of zero is not looked at.
 */
@Tag("gpu")
class PowerTest {

  private static final float INF = Float.POSITIVE_INFINITY;
  private static final float NAN = Float.NaN;

  /** a, b, aᵇ, ∂/∂a, ∂/∂b. */
  private static final List<float[]> CASES = List.of(
      of(1, INF, 1, INF, 0),
      of(1, -INF, 1, -INF, 0),
      of(1, NAN, 1, NAN, 0),
      of(-1, INF, 1, INF, NAN),
      of(-1, -INF, 1, -INF, NAN),
      of(-1, NAN, NAN, NAN, NAN),
      of(NAN, 0, 1, 0, NAN),
      of(NAN, -0f, 1, 0, NAN),
      of(NAN, 1, NAN, 1, NAN),
      of(INF, 0, 1, 0, INF),
      of(-INF, 0, 1, 0, NAN),
      of(0, 0, 1, 0, 0),
      of(-0f, 0, 1, 0, 0),
      of(0, 2, 0, 0, 0),
      of(0, 1, 0, 1, 0),
      of(0, 0.5f, 0, INF, 0),
      of(0, -1, INF, -INF, -INF),
      of(-0f, -1, -INF, -INF, INF),
      of(-0f, -2, INF, INF, -INF),
      of(-0f, 3, -0f, 0, 0),
      of(0, INF, 0, NAN, 0),
      of(0, -INF, INF, -INF, -INF),
      of(2, INF, INF, INF, INF),
      of(2, -INF, 0, NAN, 0),
      of(0.5f, INF, 0, NAN, -0f),
      of(0.5f, -INF, INF, -INF, -INF),
      of(-2, INF, INF, INF, NAN),
      of(-0.5f, INF, 0, NAN, NAN),
      of(-2, 3, -8, 12, NAN),
      of(-2, 0.5f, NAN, NAN, NAN),
      of(INF, 2, INF, INF, INF),
      of(INF, -2, 0, -0f, NAN),
      of(-INF, 3, -INF, INF, NAN),
      of(-INF, 2, INF, -INF, NAN),
      of(-INF, -3, -0f, -0f, NAN));

  @ParameterizedTest(name = "{0} to {1} on {3}")
  @MethodSource("cases")
  void isWhatIeeeSays(float a, float b, float[] expected, String on, Backend backend) {
    try (Scope scope = Scope.open()) {
      Variable base = Variable.parameter(Tensor.of(backend, Shape.of(1), a));
      Variable exponent = Variable.parameter(Tensor.of(backend, Shape.of(1), b));
      Variable y = power(base, exponent);
      assertEquals(expected[2], y.value().toFloats()[0], "value");
      Gradients gradients = y.backward();
      assertEquals(expected[3] + 0f, gradients.of(base).orElseThrow().toFloats()[0] + 0f, "da");
      assertEquals(expected[4] + 0f, gradients.of(exponent).orElseThrow().toFloats()[0] + 0f, "db");
    }
  }

  static Stream<Arguments> cases() {
    return TestBackends.available().stream().flatMap(backend -> CASES.stream()
        .map(row -> Arguments.of(row[0], row[1], row, backend.name(), backend)));
  }

  private static float[] of(float a, float b, float value, float slopeA, float slopeB) {
    return new float[] {a, b, value, slopeA, slopeB};
  }
}
