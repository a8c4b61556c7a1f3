package brume.cuda.emulator;

import static java.lang.Float.floatToRawIntBits;
import static java.lang.Float.intBitsToFloat;

/**
 * d = a·b + c in single precision, rounded once to nearest.
 *
 * @param d slot of the result
 * @param a slot of the first factor
 * @param b slot of the second factor
 * @param c slot of the summand
 */
record FloatMultiplyAdd(int d, int a, int b, int c) implements Op {

  @Override
  public void run(Warp w, int from, int to) {
    int[] x = w.words[a];
    int[] y = w.words[b];
    int[] s = w.words[c];
    int[] z = w.words[d];
    for (int t = from; t < to; t++) {
      z[t] = floatToRawIntBits(
          Math.fma(intBitsToFloat(x[t]), intBitsToFloat(y[t]), intBitsToFloat(s[t])));
    }
  }
}
