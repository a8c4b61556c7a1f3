package brume.cuda.emulator;

import brume.cuda.emulator.LongBinary.Code;
import brume.cuda.emulator.ptx.PtxType;

/** Reads instructions on 64-bit integers. */
final class LongOps {

  private LongOps() {}

  static Op decode(Decoder d, PtxType type) {
    boolean signed = type.signed();
    return switch (d.base()) {
      case "add" -> binary(d, Code.ADD);
      case "sub" -> binary(d, Code.SUB);
      case "mul" -> binary(d, !d.take("hi") ? low(d) : signed ? Code.MUL_HI_S : Code.MUL_HI_U);
      case "mad" -> multiplyAdd(d);
      case "div", "rem" ->
        new LongDivision(
            IntDivision.Code.of(d.base(), signed), d.longer(0), d.longer(1), d.longer(2));
      case "min" -> binary(d, signed ? Code.MIN_S : Code.MIN_U);
      case "max" -> binary(d, signed ? Code.MAX_S : Code.MAX_U);
      case "and" -> binary(d, Code.AND);
      case "or" -> binary(d, Code.OR);
      case "xor" -> binary(d, Code.XOR);
      case "shl", "shr" -> shift(d, signed);
      case "neg" -> Each.longer(d.longer(0), d.longer(1), x -> -x);
      case "abs" -> Each.longer(d.longer(0), d.longer(1), Math::abs);
      case "not" -> Each.longer(d.longer(0), d.longer(1), x -> ~x);
      case "cnot" -> Each.longer(d.longer(0), d.longer(1), x -> x == 0 ? 1 : 0);
      default -> BitOps.decode64(d, signed);
    };
  }

  private static Op binary(Decoder d, Code code) {
    return new LongBinary(code, d.longer(0), d.longer(1), d.longer(2));
  }

  private static Code low(Decoder d) {
    d.take("lo");
    return Code.MUL;
  }

  private static Op multiplyAdd(Decoder d) {
    d.take("lo");
    return Each.longer(d.longer(0), d.longer(1), d.longer(2), d.longer(3), (x, y, s) -> x * y + s);
  }

  /** Shift counts have 32 bits, are unsigned, and those above 63 shift everything out. */
  private static Op shift(Decoder d, boolean signed) {
    int result = d.longer(0);
    int value = d.longer(1);
    int count = d.word(2);
    boolean left = d.base().equals("shl");
    return (w, from, to) -> {
      long[] x = w.longs[value];
      int[] n = w.words[count];
      long[] z = w.longs[result];
      for (int t = from; t < to; t++) {
        boolean all = (n[t] & ~63) != 0;
        if (left) {
          z[t] = all ? 0 : x[t] << n[t];
        } else if (signed) {
          z[t] = x[t] >> (all ? 63 : n[t]);
        } else {
          z[t] = all ? 0 : x[t] >>> n[t];
        }
      }
    };
  }
}
