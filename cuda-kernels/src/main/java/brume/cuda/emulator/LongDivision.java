package brume.cuda.emulator;

/**
 * Quotients and remainders of 64-bit integers, which stop at a division by zero.
 *
 * @param code the operation
 * @param d slot of the result
 * @param a slot of the dividend
 * @param b slot of the divisor
 */
record LongDivision(IntDivision.Code code, int d, int a, int b) implements Op {

  @Override
  public void run(Warp w, int from, int to) {
    long[] x = w.longs[a];
    long[] y = w.longs[b];
    long[] z = w.longs[d];
    for (int t = from; t < to; t++) {
      if (y[t] == 0) {
        throw IntDivision.byZero(t);
      }
      z[t] = switch (code) {
        case DIV_S -> x[t] / y[t];
        case DIV_U -> Long.divideUnsigned(x[t], y[t]);
        case REM_S -> x[t] % y[t];
        case REM_U -> Long.remainderUnsigned(x[t], y[t]);
      };
    }
  }
}
