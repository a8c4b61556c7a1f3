package brume.cuda.emulator;

/**
 * One 32-bit integer from two, with a loop for each operation so that each is compiled for itself.
 *
 * @param code the operation
 * @param d slot of the result
 * @param a slot of the first operand
 * @param b slot of the second operand
 */
record IntBinary(Code code, int d, int a, int b) implements Op {

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
    XOR,
    SHL,
    SHR_S,
    SHR_U
  }

  private static final long U32 = 0xffffffffL;

  // spotless:off
  @Override
  public void run(Warp w, int from, int to) {
    int[] x = w.words[a], y = w.words[b], z = w.words[d];
    switch (code) {
      case ADD -> { for (int t = from; t < to; t++) z[t] = x[t] + y[t]; }
      case SUB -> { for (int t = from; t < to; t++) z[t] = x[t] - y[t]; }
      case MUL -> { for (int t = from; t < to; t++) z[t] = x[t] * y[t]; }
      case MUL_HI_S -> { for (int t = from; t < to; t++) z[t] = (int) ((long) x[t] * y[t] >> 32); }
      case MUL_HI_U -> { for (int t = from; t < to; t++) z[t] = (int) ((x[t] & U32) * (y[t] & U32) >>> 32); }
      case MIN_S -> { for (int t = from; t < to; t++) z[t] = Math.min(x[t], y[t]); }
      case MAX_S -> { for (int t = from; t < to; t++) z[t] = Math.max(x[t], y[t]); }
      case MIN_U -> { for (int t = from; t < to; t++) z[t] = lower(x[t], y[t]) ? x[t] : y[t]; }
      case MAX_U -> { for (int t = from; t < to; t++) z[t] = lower(x[t], y[t]) ? y[t] : x[t]; }
      case AND -> { for (int t = from; t < to; t++) z[t] = x[t] & y[t]; }
      case OR -> { for (int t = from; t < to; t++) z[t] = x[t] | y[t]; }
      case XOR -> { for (int t = from; t < to; t++) z[t] = x[t] ^ y[t]; }
      case SHL -> { for (int t = from; t < to; t++) z[t] = shl(x[t], y[t]); }
      case SHR_S -> { for (int t = from; t < to; t++) z[t] = x[t] >> clamp(y[t]); }
      case SHR_U -> { for (int t = from; t < to; t++) z[t] = shr(x[t], y[t]); }
    }
  }
  // spotless:on

  private static boolean lower(int a, int b) {
    return a + Integer.MIN_VALUE < b + Integer.MIN_VALUE;
  }

  /** Shift counts are unsigned, and those above 31 shift everything out. */
  private static int clamp(int count) {
    return (count & ~31) == 0 ? count : 31;
  }

  private static int shl(int value, int count) {
    return (count & ~31) == 0 ? value << count : 0;
  }

  private static int shr(int value, int count) {
    return (count & ~31) == 0 ? value >>> count : 0;
  }
}
