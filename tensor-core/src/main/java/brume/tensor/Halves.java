package brume.tensor;

/**
 * Numbers of 16 bits: to single precision, which holds all of them, and back to the nearest, of two that
 * are equally near to the one whose last bit is 0.
 */
public final class Halves {

  private static final int SIGN = 0x8000, INFINITE = 0x7c00, NOT_A_NUMBER = 0x7e00;
  private static final int DROPPED = 13; // digits of single precision that half precision has not
  private static final int BIAS = 127 - 15; // between the exponents of the two
  private static final float SMALLEST_NORMAL = 0x1p-14f, BEYOND_LARGEST = 65520;

  private Halves() {}

  /**
   * A number in single precision.
   *
   * @param dtype format of the bits
   * @param bits of the number
   * @return the same number
   */
  public static float widen(DType dtype, short bits) {
    return dtype == DType.F16 ? ofF16(bits) : ofBf16(bits);
  }

  /**
   * Numbers in single precision.
   *
   * @param dtype format of the bits
   * @param from bits of numbers
   * @param offset first element of the source
   * @param into receives the same numbers
   * @param at first element written there
   * @param count number of elements
   */
  public static void widen(DType dtype, short[] from, int offset, float[] into, int at, int count) {
    if (dtype == DType.F16) {
      for (int i = 0; i < count; i++) {
        into[at + i] = ofF16(from[offset + i]);
      }
    } else {
      for (int i = 0; i < count; i++) {
        into[at + i] = ofBf16(from[offset + i]);
      }
    }
  }

  /**
   * The nearest number of 16 bits.
   *
   * @param dtype format wanted
   * @param value any number
   * @return its bits; infinite if the number is beyond the format's largest
   */
  public static short round(DType dtype, float value) {
    return dtype == DType.F16 ? toF16(value) : toBf16(value);
  }

  /**
   * The nearest numbers of 16 bits.
   *
   * @param dtype format wanted
   * @param from any numbers
   * @param offset first element of the source
   * @param into receives their bits
   * @param at first element written there
   * @param count number of elements
   */
  public static void round(DType dtype, float[] from, int offset, short[] into, int at, int count) {
    for (int i = 0; i < count; i++) {
      into[at + i] = round(dtype, from[offset + i]);
    }
  }

  /** Moving the exponent by a product is right for numbers below the smallest normal one, too. */
  private static float ofF16(short bits) {
    int magnitude = (bits & ~SIGN & 0xffff) << DROPPED;
    float value = (bits & INFINITE) == INFINITE
        ? Float.intBitsToFloat(magnitude | 0x7f800000)
        : Float.intBitsToFloat(magnitude) * 0x1p112f;
    return bits < 0 ? -value : value;
  }

  private static float ofBf16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  private static short toF16(float value) {
    int bits = Float.floatToRawIntBits(value), sign = bits >>> 16 & SIGN;
    float magnitude = Math.abs(value);
    int rounded;
    if (Float.isNaN(value)) {
      rounded = NOT_A_NUMBER;
    } else if (magnitude >= BEYOND_LARGEST) {
      rounded = INFINITE;
    } else if (magnitude < SMALLEST_NORMAL) {
      rounded = (int) Math.rint(magnitude * 0x1p24);
    } else {
      int digits = bits & 0x7fffffff;
      int half = (1 << DROPPED - 1) - 1 + (digits >>> DROPPED & 1);
      rounded = (digits + half >>> DROPPED) - (BIAS << 23 - DROPPED);
    }
    return (short) (sign | rounded);
  }

  private static short toBf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    return (short)
        (Float.isNaN(value) ? bits >>> 16 | 0x40 : bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }
}
