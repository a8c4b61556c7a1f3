package brume.cuda.emulator;

import static java.lang.Float.floatToRawIntBits;
import static java.lang.Float.intBitsToFloat;

/**
 * One single-precision number from two, rounded to nearest, with a loop for each operation so that each
 * is compiled for itself.
 *
 * @param code the operation
 * @param d slot of the result
 * @param a slot of the first operand
 * @param b slot of the second operand
 */
record FloatBinary(Code code, int d, int a, int b) implements Op {

  /** Operations that Java rounds as PTX does. */
  enum Code {
    ADD,
    SUB,
    MUL,
    DIV
  }

  // spotless:off
  @Override
  public void run(Warp w, int from, int to) {
    int[] x = w.words[a], y = w.words[b], z = w.words[d];
    switch (code) {
      case ADD -> { for (int t = from; t < to; t++) z[t] = bits(f(x[t]) + f(y[t])); }
      case SUB -> { for (int t = from; t < to; t++) z[t] = bits(f(x[t]) - f(y[t])); }
      case MUL -> { for (int t = from; t < to; t++) z[t] = bits(f(x[t]) * f(y[t])); }
      case DIV -> { for (int t = from; t < to; t++) z[t] = bits(f(x[t]) / f(y[t])); }
    }
  }
  // spotless:on

  private static float f(int bits) {
    return intBitsToFloat(bits);
  }

  private static int bits(float value) {
    return floatToRawIntBits(value);
  }
}
