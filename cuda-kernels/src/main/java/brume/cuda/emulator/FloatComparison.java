package brume.cuda.emulator;

/**
 * Compares single-precision numbers; false where one is a NaN.
 *
 * @param code the comparison
 * @param a slot of the first operand
 * @param b slot of the second operand
 */
record FloatComparison(Code code, int a, int b) implements Comparison {

  /** Comparisons; their opposites are made of them. */
  enum Code {
    EQ,
    LT,
    GT,
    LE,
    GE,
    NE,
    NUM
  }

  // spotless:off
  @Override
  public int lanes(Warp w, int from, int to) {
    int[] x = w.words[a], y = w.words[b];
    int bits = 0;
    switch (code) {
      case EQ -> { for (int t = from; t < to; t++) if (f(x[t]) == f(y[t])) bits |= 1 << t; }
      case LT -> { for (int t = from; t < to; t++) if (f(x[t]) < f(y[t])) bits |= 1 << t; }
      case GT -> { for (int t = from; t < to; t++) if (f(x[t]) > f(y[t])) bits |= 1 << t; }
      case LE -> { for (int t = from; t < to; t++) if (f(x[t]) <= f(y[t])) bits |= 1 << t; }
      case GE -> { for (int t = from; t < to; t++) if (f(x[t]) >= f(y[t])) bits |= 1 << t; }
      case NE -> { for (int t = from; t < to; t++) if (f(x[t]) < f(y[t]) || f(x[t]) > f(y[t])) bits |= 1 << t; }
      case NUM -> { for (int t = from; t < to; t++) if (f(x[t]) == f(x[t]) && f(y[t]) == f(y[t])) bits |= 1 << t; }
    }
    return bits;
  }
  // spotless:on

  private static float f(int bits) {
    return Float.intBitsToFloat(bits);
  }
}
