package brume.cuda.emulator;

/**
 * One 64-bit integer from two, with a loop for each operation so that each is compiled for itself.
 *
 * @param code the operation
 * @param d slot of the result
 * @param a slot of the first operand
 * @param b slot of the second operand
 */
record LongBinary(Code code, int d, int a, int b) implements Op {

  /** Operations; _S and _U tell apart what is signed and unsigned. */
  enum Code {
    ADD,
    SUB,
    MUL,
    MUL_HI_S,
    MUL_HI_U,
    MIN_S,
    MAX_S,
    MIN_U,
    MAX_U,
    AND,
    OR,
    XOR
  }

  // spotless:off
  @Override
  public void run(Warp w, int from, int to) {
    long[] x = w.longs[a], y = w.longs[b], z = w.longs[d];
    switch (code) {
      case ADD -> { for (int t = from; t < to; t++) z[t] = x[t] + y[t]; }
      case SUB -> { for (int t = from; t < to; t++) z[t] = x[t] - y[t]; }
      case MUL -> { for (int t = from; t < to; t++) z[t] = x[t] * y[t]; }
      case MUL_HI_S -> { for (int t = from; t < to; t++) z[t] = Math.multiplyHigh(x[t], y[t]); }
      case MUL_HI_U -> { for (int t = from; t < to; t++) z[t] = multiplyHighUnsigned(x[t], y[t]); }
      case MIN_S -> { for (int t = from; t < to; t++) z[t] = Math.min(x[t], y[t]); }
      case MAX_S -> { for (int t = from; t < to; t++) z[t] = Math.max(x[t], y[t]); }
      case MIN_U -> { for (int t = from; t < to; t++) z[t] = lower(x[t], y[t]) ? x[t] : y[t]; }
      case MAX_U -> { for (int t = from; t < to; t++) z[t] = lower(x[t], y[t]) ? y[t] : x[t]; }
      case AND -> { for (int t = from; t < to; t++) z[t] = x[t] & y[t]; }
      case OR -> { for (int t = from; t < to; t++) z[t] = x[t] | y[t]; }
      case XOR -> { for (int t = from; t < to; t++) z[t] = x[t] ^ y[t]; }
    }
  }
  // spotless:on

  private static boolean lower(long a, long b) {
    return a + Long.MIN_VALUE < b + Long.MIN_VALUE;
  }

  private static long multiplyHighUnsigned(long a, long b) {
    return Math.multiplyHigh(a, b) + (a >> 63 & b) + (b >> 63 & a);
  }
}
