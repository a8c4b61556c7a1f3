package brume.cuda.emulator;

/**
 * Compares double-precision numbers; false where one is a NaN.
 *
 * @param code the comparison
 * @param a slot of the first operand
 * @param b slot of the second operand
 */
record DoubleComparison(FloatComparison.Code code, int a, int b) implements Comparison {

  // spotless:off
  @Override
  public int lanes(Warp w, int from, int to) {
    long[] x = w.longs[a], y = w.longs[b];
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

  private static double f(long bits) {
    return Double.longBitsToDouble(bits);
  }
}
