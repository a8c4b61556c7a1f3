package brume.cuda.emulator;

import brume.cuda.emulator.IntBinary.Code;
import brume.cuda.emulator.ptx.PtxType;

/** Reads instructions on 32-bit integers. */
final class IntegerOps {

  private static final long U32 = 0xffffffffL;

  private IntegerOps() {}

  static Op decode(Decoder d, PtxType type) {
    boolean signed = type.signed();
    return switch (d.base()) {
      case "add", "addc", "sub", "subc", "mad", "madc" -> sum(d, signed);
      case "mul" -> product(d, signed);
      case "div", "rem" ->
        new IntDivision(IntDivision.Code.of(d.base(), signed), d.word(0), d.word(1), d.word(2));
      case "min" -> binary(d, signed ? Code.MIN_S : Code.MIN_U);
      case "max" -> binary(d, signed ? Code.MAX_S : Code.MAX_U);
      case "and" -> binary(d, Code.AND);
      case "or" -> binary(d, Code.OR);
      case "xor" -> binary(d, Code.XOR);
      case "shl" -> binary(d, Code.SHL);
      case "shr" -> binary(d, signed ? Code.SHR_S : Code.SHR_U);
      case "neg" -> Each.word(d.word(0), d.word(1), x -> -x);
      case "abs" -> Each.word(d.word(0), d.word(1), Math::abs);
      case "not" -> Each.word(d.word(0), d.word(1), x -> ~x);
      case "cnot" -> Each.word(d.word(0), d.word(1), x -> x == 0 ? 1 : 0);
      case "sad" -> sumOfDifferences(d, signed);
      default -> BitOps.decode32(d, signed);
    };
  }

  private static Op binary(Decoder d, Code code) {
    return new IntBinary(code, d.word(0), d.word(1), d.word(2));
  }

  private static Op sum(Decoder d, boolean signed) {
    boolean carryIn = d.base().endsWith("c");
    boolean carryOut = d.take("cc");
    if (carryIn || carryOut) {
      return CarryOps.decode(d, signed, carryIn, carryOut);
    }
    if (d.base().equals("mad")) {
      return multiplyAdd(d, signed);
    }
    boolean add = d.base().equals("add");
    if (d.take("sat")) {
      return Each.word(
          d.word(0), d.word(1), d.word(2), (x, y) -> saturated(add ? (long) x + y : (long) x - y));
    }
    return binary(d, add ? Code.ADD : Code.SUB);
  }

  private static Op product(Decoder d, boolean signed) {
    if (d.take("wide")) {
      IntMultiply.Code code = signed ? IntMultiply.Code.WIDE_S : IntMultiply.Code.WIDE_U;
      return new IntMultiply(code, d.longer(0), d.word(1), d.word(2), 0);
    }
    if (d.take("hi")) {
      return binary(d, signed ? Code.MUL_HI_S : Code.MUL_HI_U);
    }
    d.take("lo");
    return binary(d, Code.MUL);
  }

  private static Op multiplyAdd(Decoder d, boolean signed) {
    if (d.take("wide")) {
      IntMultiply.Code code = signed ? IntMultiply.Code.MAD_WIDE_S : IntMultiply.Code.MAD_WIDE_U;
      return new IntMultiply(code, d.longer(0), d.word(1), d.word(2), d.longer(3));
    }
    if (d.take("hi")) {
      return Each.word(
          d.word(0), d.word(1), d.word(2), d.word(3), (x, y, s) -> high(x, y, signed) + s);
    }
    d.take("lo");
    return new IntMultiply(IntMultiply.Code.MAD_LO, d.word(0), d.word(1), d.word(2), d.word(3));
  }

  private static Op sumOfDifferences(Decoder d, boolean signed) {
    return Each.word(d.word(0), d.word(1), d.word(2), d.word(3), (x, y, s) -> {
      boolean less = signed ? x < y : Integer.compareUnsigned(x, y) < 0;
      return s + (less ? y - x : x - y);
    });
  }

  /** The upper half of a product. */
  static int high(int x, int y, boolean signed) {
    return (int) ((signed ? (long) x * y : (x & U32) * (y & U32)) >> 32);
  }

  private static int saturated(long x) {
    return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, x));
  }
}
