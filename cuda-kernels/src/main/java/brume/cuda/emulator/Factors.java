package brume.cuda.emulator;

import brume.cuda.library.CudaMath;

/** Numbers as the units of a GPU see them that multiply them. */
final class Factors {

  private static final int EXPONENT = 0x7f800000;
  private static final int DROPPED = 13; // bits of a float that TensorFloat-32 has not

  private Factors() {}

  /** Rounds numbers, in place, to what is multiplied. */
  static float[] of(CudaMath math, float[] numbers) {
    if (math == CudaMath.TF32) {
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = tf32(numbers[i]);
      }
    }
    return numbers;
  }

  /** To the nearest; of two equally near, away from zero, as {@code cvt.rna.tf32.f32} does. */
  private static float tf32(float value) {
    int bits = Float.floatToRawIntBits(value);
    if ((bits & EXPONENT) == EXPONENT) {
      return value; // infinite, or no number
    }
    int half = 1 << DROPPED - 1;
    return Float.intBitsToFloat(bits + half >> DROPPED << DROPPED);
  }
}
