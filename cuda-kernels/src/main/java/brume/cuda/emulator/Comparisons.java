package brume.cuda.emulator;

import brume.cuda.emulator.ptx.PtxType;

/** Reads the operator of an instruction that compares. */
final class Comparisons {

  private static final String[] INTEGER = {
    "eq", "ne", "lt", "le", "gt", "ge", "lo", "ls", "hi", "hs"
  };
  private static final String[] FLOATING = {
    "eq", "ne", "lt", "le", "gt", "ge", "equ", "neu", "ltu", "leu", "gtu", "geu", "num", "nan"
  };

  private Comparisons() {}

  /** Reads the operator of a comparison of two slots of a known type. */
  static Comparison decode(Decoder d, PtxType type, int a, int b) {
    if (type.floating()) {
      String operator = d.takeOne(FLOATING).orElseThrow(d::unknown);
      return floating(type, operator, a, b);
    }
    String operator = d.takeOne(INTEGER).orElseThrow(d::unknown);
    boolean signed = type.signed();
    return switch (operator) {
      case "eq" -> integer(d, type, IntComparison.Code.EQ, a, b);
      case "ne" -> integer(d, type, IntComparison.Code.EQ, a, b).negated();
      case "lt" -> integer(d, type, less(signed), a, b);
      case "le" -> integer(d, type, greater(signed), a, b).negated();
      case "gt" -> integer(d, type, greater(signed), a, b);
      case "ge" -> integer(d, type, less(signed), a, b).negated();
      case "lo" -> integer(d, type, IntComparison.Code.LT_U, a, b);
      case "ls" -> integer(d, type, IntComparison.Code.GT_U, a, b).negated();
      case "hi" -> integer(d, type, IntComparison.Code.GT_U, a, b);
      default -> integer(d, type, IntComparison.Code.LT_U, a, b).negated();
    };
  }

  private static IntComparison.Code less(boolean signed) {
    return signed ? IntComparison.Code.LT_S : IntComparison.Code.LT_U;
  }

  private static IntComparison.Code greater(boolean signed) {
    return signed ? IntComparison.Code.GT_S : IntComparison.Code.GT_U;
  }

  private static Comparison integer(
      Decoder d, PtxType type, IntComparison.Code code, int a, int b) {
    return switch (type.bytes()) {
      case 8 -> new LongComparison(LongComparison.Code.valueOf(code.name()), a, b);
      case 4 -> new IntComparison(code, a, b);
      case 2 -> halfwords(type.signed(), code, a, b);
      default -> throw d.unknown();
    };
  }

  /** Compares the lower halves of words. */
  private static Comparison halfwords(boolean signed, IntComparison.Code code, int a, int b) {
    return (w, from, to) -> {
      int lanes = 0;
      for (int t = from; t < to; t++) {
        int x = HalfwordOps.extend(w.words[a][t], signed);
        int y = HalfwordOps.extend(w.words[b][t], signed);
        boolean holds =
            switch (code) {
              case EQ -> x == y;
              case LT_S, LT_U -> x < y;
              case GT_S, GT_U -> x > y;
            };
        lanes |= holds ? 1 << t : 0;
      }
      return lanes;
    };
  }

  private static Comparison floating(PtxType type, String operator, int a, int b) {
    return switch (operator) {
      case "eq" -> floating(type, FloatComparison.Code.EQ, a, b);
      case "ne" -> floating(type, FloatComparison.Code.NE, a, b);
      case "lt" -> floating(type, FloatComparison.Code.LT, a, b);
      case "le" -> floating(type, FloatComparison.Code.LE, a, b);
      case "gt" -> floating(type, FloatComparison.Code.GT, a, b);
      case "ge" -> floating(type, FloatComparison.Code.GE, a, b);
      case "equ" -> floating(type, FloatComparison.Code.NE, a, b).negated();
      case "neu" -> floating(type, FloatComparison.Code.EQ, a, b).negated();
      case "ltu" -> floating(type, FloatComparison.Code.GE, a, b).negated();
      case "leu" -> floating(type, FloatComparison.Code.GT, a, b).negated();
      case "gtu" -> floating(type, FloatComparison.Code.LE, a, b).negated();
      case "geu" -> floating(type, FloatComparison.Code.LT, a, b).negated();
      case "num" -> floating(type, FloatComparison.Code.NUM, a, b);
      default -> floating(type, FloatComparison.Code.NUM, a, b).negated();
    };
  }

  private static Comparison floating(PtxType type, FloatComparison.Code code, int a, int b) {
    return type == PtxType.F32 ? new FloatComparison(code, a, b) : new DoubleComparison(code, a, b);
  }
}
