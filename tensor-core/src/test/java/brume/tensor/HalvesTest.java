package brume.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.cpu.loop.Widening;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HalvesTest {

  private static final int ALL = 1 << 16;

  private static short[] all() {
    short[] bits = new short[ALL];
    for (int i = 0; i < ALL; i++) {
      bits[i] = (short) i;
    }
    return bits;
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16"})
  void everyNumberComesBack(DType dtype) {
    for (short bits : all()) {
      float value = Halves.widen(dtype, bits);
      if (Float.isNaN(value)) {
        assertTrue(Float.isNaN(Halves.widen(dtype, Halves.round(dtype, value))));
      } else {
        assertEquals(bits, Halves.round(dtype, value));
      }
    }
  }

  @Test
  void halfPrecisionIsWhatItsDefinitionSays() {
    for (short bits : all()) {
      int exponent = bits >> 10 & 0x1f, fraction = bits & 0x3ff;
      double magnitude = exponent == 0
          ? fraction * 0x1p-24
          : exponent < 0x1f
              ? (1024 + fraction) * Math.pow(2, exponent - 25)
              : fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
      assertEquals(bits < 0 ? -magnitude : magnitude, Halves.widen(DType.F16, bits));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "F16, 1.00048828125, 1", // a tie, to the even one below
    "F16, 1.00146484375, 1.001953125", // a tie, to the even one above
    "F16, 65519, 65504",
    "F16, 65520, Infinity",
    "F16, -1e9, -Infinity",
    "F16, 2.98023224e-8, 0", // half of the smallest
    "F16, 2.99e-8, 5.9604645e-8",
    "F16, 6.102e-5, 6.1035156e-5", // from below the normal ones to the first of them
    "BF16, 1.00390625, 1",
    "BF16, 1.01171875, 1.015625",
    "BF16, 3.4e38, Infinity"
  })
  void theNearestIsTaken(DType dtype, float value, float expected) {
    assertEquals(expected, Halves.widen(dtype, Halves.round(dtype, value)));
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16"})
  void vectorsWidenAsLoopsDo(DType dtype) {
    short[] bits = all();
    float[] expected = new float[ALL], actual = new float[ALL + 3];
    Halves.widen(dtype, bits, 0, expected, 0, ALL);
    Widening.widen(dtype, bits, 1, actual, 3, ALL - 1);
    for (int i = 1; i < ALL; i++) {
      assertEquals(Float.floatToIntBits(expected[i]), Float.floatToIntBits(actual[i + 2]));
    }
  }
}
