package brume.cuda.emulator;

import brume.cuda.driver.CudaStatus;

/**
 * Quotients and remainders of 32-bit integers, which stop at a division by zero: a GPU would go on with
 * some number.
 *
 * @param code the operation
 * @param d slot of the result
 * @param a slot of the dividend
 * @param b slot of the divisor
 */
record IntDivision(Code code, int d, int a, int b) implements Op {

  /** Operations; _S and _U tell apart what is signed and unsigned. */
  enum Code {
    DIV_S,
    DIV_U,
    REM_S,
    REM_U;

    static Code of(String base, boolean signed) {
      return base.equals("div") ? (signed ? DIV_S : DIV_U) : signed ? REM_S : REM_U;
    }
  }

  @Override
  public void run(Warp w, int from, int to) {
    int[] x = w.words[a];
    int[] y = w.words[b];
    int[] z = w.words[d];
    for (int t = from; t < to; t++) {
      if (y[t] == 0) {
        throw byZero(t);
      }
      z[t] = apply(code, x[t], y[t]);
    }
  }

  static int apply(Code code, int x, int y) {
    return switch (code) {
      case DIV_S -> x / y;
      case DIV_U -> Integer.divideUnsigned(x, y);
      case REM_S -> x % y;
      case REM_U -> Integer.remainderUnsigned(x, y);
    };
  }

  static Fault byZero(int lane) {
    return new Fault(
            CudaStatus.LAUNCH_FAILED,
            "an integer divided by zero",
            "check the sizes that were passed")
        .at(lane);
  }
}
