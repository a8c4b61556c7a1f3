package brume.cuda.emulator;

/**
 * Products of 32-bit integers with a sum, d = a·b + c, or 64 bits wide.
 *
 * @param code the operation
 * @param d slot of the result
 * @param a slot of the first factor
 * @param b slot of the second factor
 * @param c slot of the summand; unused where there is none
 */
record IntMultiply(Code code, int d, int a, int b, int c) implements Op {

  /** Operations; WIDE results and summands have 64 bits. */
  enum Code {
    MAD_LO,
    WIDE_S,
    WIDE_U,
    MAD_WIDE_S,
    MAD_WIDE_U
  }

  private static final long U32 = 0xffffffffL;

  // spotless:off
  @Override
  public void run(Warp w, int from, int to) {
    int[] x = w.words[a], y = w.words[b];
    switch (code) {
      case MAD_LO -> {
        int[] s = w.words[c], z = w.words[d];
        for (int t = from; t < to; t++) z[t] = x[t] * y[t] + s[t];
      }
      case WIDE_S -> {
        long[] z = w.longs[d];
        for (int t = from; t < to; t++) z[t] = (long) x[t] * y[t];
      }
      case WIDE_U -> {
        long[] z = w.longs[d];
        for (int t = from; t < to; t++) z[t] = (x[t] & U32) * (y[t] & U32);
      }
      case MAD_WIDE_S -> {
        long[] s = w.longs[c], z = w.longs[d];
        for (int t = from; t < to; t++) z[t] = (long) x[t] * y[t] + s[t];
      }
      case MAD_WIDE_U -> {
        long[] s = w.longs[c], z = w.longs[d];
        for (int t = from; t < to; t++) z[t] = (x[t] & U32) * (y[t] & U32) + s[t];
      }
    }
  }
  // spotless:on
}
