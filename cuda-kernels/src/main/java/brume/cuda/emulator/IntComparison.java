package brume.cuda.emulator;

/**
 * Compares 32-bit integers.
 *
 * @param code the comparison
 * @param a slot of the first operand
 * @param b slot of the second operand
 */
record IntComparison(Code code, int a, int b) implements Comparison {

  /** Comparisons; their opposites are made of them. */
  enum Code {
    EQ,
    LT_S,
    GT_S,
    LT_U,
    GT_U
  }

  // spotless:off
  @Override
  public int lanes(Warp w, int from, int to) {
    int[] x = w.words[a], y = w.words[b];
    int bits = 0;
    switch (code) {
      case EQ -> { for (int t = from; t < to; t++) if (x[t] == y[t]) bits |= 1 << t; }
      case LT_S -> { for (int t = from; t < to; t++) if (x[t] < y[t]) bits |= 1 << t; }
      case GT_S -> { for (int t = from; t < to; t++) if (x[t] > y[t]) bits |= 1 << t; }
      case LT_U -> { for (int t = from; t < to; t++) if (x[t] + Integer.MIN_VALUE < y[t] + Integer.MIN_VALUE) bits |= 1 << t; }
      case GT_U -> { for (int t = from; t < to; t++) if (x[t] + Integer.MIN_VALUE > y[t] + Integer.MIN_VALUE) bits |= 1 << t; }
    }
    return bits;
  }
  // spotless:on
}
