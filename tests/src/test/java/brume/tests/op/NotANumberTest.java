package brume.tests.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.ActivationKernels;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.kernel.UnaryFunction;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is not a number stays none, whatever bits it has and wherever it lies: quiet or signalling, of
 * either sign, in a vector or in the tail behind the last one.
 */
@EnabledIf("brume.tests.op.TestBackends#cpuIsAvailable")
class NotANumberTest {

  private static final int LONGEST = 35; // two vectors of 16 lanes and a tail

  private static final int[] BITS = {
    0x7fc00000, // Float.NaN
    0x7fc00001,
    0x7fffffff,
    0x7f800001, // signalling
    0x7fbfffff,
    0x7fd55555,
    0xffc00000,
    0xffc00001,
    0xffffffff,
    0xff800001,
    0xff80007f,
  };

  @ParameterizedTest
  @EnumSource
  void functionsOfOneNumber(UnaryFunction f) {
    for (int count = 1; count <= LONGEST; count++) {
      for (int bits : BITS) {
        assertTrue(areNaN(apply(f, Backends.cpu(), filled(count, bits))), f + " of " + count);
        double[] expected = slope(f, Backends.reference(), filled(count, bits));
        double[] slope = slope(f, Backends.cpu(), filled(count, bits));
        assertEquals(areNaN(expected), areNaN(slope), f + "'s slope of " + count);
      }
    }
  }

  /**
   * One in some place turns the same results into none as on the reference backend. Convolutions are
   * left out: whether padding is multiplied by a filter or skipped is up to them.
   */
  @ParameterizedTest
  @MethodSource("cases")
  void functionsOfTensors(OpCase op) {
    for (int bits : BITS) {
      for (int place : new int[] {0, 1, 7, 1000}) {
        OpCase.Values values = (of, input, count) -> {
          float[] numbers = of.normal(input, count);
          numbers[Math.min(place, count - 1)] = Float.intBitsToFloat(bits);
          return numbers;
        };
        var expected = OpRun.of(op, Backends.reference(), values).results();
        OpRun.of(op, Backends.cpu(), values)
            .results()
            .forEach((name, actual) -> assertEquals(
                places(expected.get(name)),
                places(actual),
                op + ": " + name + ", NaN at " + place));
      }
    }
  }

  static Stream<OpCase> cases() {
    return OpCases.small().filter(op -> !op.name().startsWith("conv"));
  }

  private static String places(double[] values) {
    return Arrays.toString(
        IntStream.range(0, values.length).filter(i -> Double.isNaN(values[i])).toArray());
  }

  private static float[] filled(int count, int bits) {
    float[] values = new float[count];
    Arrays.fill(values, Float.intBitsToFloat(bits));
    return values;
  }

  private static boolean areNaN(double[] values) {
    return Arrays.stream(values).allMatch(Double::isNaN);
  }

  private static double[] apply(UnaryFunction f, Backend on, float[] numbers) {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(on, Shape.of(numbers.length), numbers), y = x.like();
      ActivationKernels.of(x).apply(f, 0.5, x, y);
      return y.toDoubles();
    }
  }

  private static double[] slope(UnaryFunction f, Backend on, float[] numbers) {
    try (Scope scope = Scope.open()) {
      float[] ones = new float[numbers.length];
      Arrays.fill(ones, 1);
      Tensor x = Tensor.of(on, Shape.of(numbers.length), numbers), dx = x.like();
      ActivationKernels.of(x).applyGrad(f, 0.5, x, Tensor.of(on, x.shape(), ones), dx);
      return dx.toDoubles();
    }
  }
}
