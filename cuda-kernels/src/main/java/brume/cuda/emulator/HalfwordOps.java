package brume.cuda.emulator;

import brume.cuda.emulator.ptx.PtxType;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;

/** Reads instructions on 16-bit integers, which lie in the lower half of a word; the upper is garbage. */
final class HalfwordOps {

  private HalfwordOps() {}

  static Op decode(Decoder d, PtxType type) {
    boolean signed = type.signed();
    return switch (d.base()) {
      case "add" -> binary(d, signed, (x, y) -> x + y);
      case "sub" -> binary(d, signed, (x, y) -> x - y);
      case "mul" -> {
        boolean high = d.take("hi");
        d.ignore("lo", "wide"); // the wide product is the whole word
        yield binary(d, signed, (x, y) -> high ? x * y >> 16 : x * y);
      }
      case "mad" -> {
        boolean wide = d.take("wide");
        d.take("lo");
        yield Each.word(
            d.word(0),
            d.word(1),
            d.word(2),
            d.word(3),
            (x, y, s) -> extend(x, signed) * extend(y, signed) + (wide ? s : extend(s, signed)));
      }
      case "min" -> binary(d, signed, Math::min);
      case "max" -> binary(d, signed, Math::max);
      case "and" -> binary(d, signed, (x, y) -> x & y);
      case "or" -> binary(d, signed, (x, y) -> x | y);
      case "xor" -> binary(d, signed, (x, y) -> x ^ y);
      case "shl" -> shift(d, signed, (x, n) -> x << n);
      case "shr" -> shift(d, signed, (x, n) -> x >> n);
      case "neg" -> unary(d, signed, x -> -x);
      case "abs" -> unary(d, signed, Math::abs);
      case "not" -> unary(d, signed, x -> ~x);
      case "div", "rem" -> divide(d, IntDivision.Code.of(d.base(), true), signed);
      default -> throw d.unknown();
    };
  }

  /** The lower half of a word as a number. */
  static int extend(int word, boolean signed) {
    return signed ? (short) word : word & 0xffff;
  }

  private static Op unary(Decoder d, boolean signed, IntUnaryOperator f) {
    return Each.word(d.word(0), d.word(1), x -> f.applyAsInt(extend(x, signed)));
  }

  private static Op binary(Decoder d, boolean signed, IntBinaryOperator f) {
    return Each.word(
        d.word(0),
        d.word(1),
        d.word(2),
        (x, y) -> f.applyAsInt(extend(x, signed), extend(y, signed)));
  }

  /** Shift counts have 32 bits; large ones shift everything out. */
  private static Op shift(Decoder d, boolean signed, IntBinaryOperator f) {
    return Each.word(
        d.word(0),
        d.word(1),
        d.word(2),
        (x, n) -> f.applyAsInt(extend(x, signed), (n & ~15) == 0 ? n : 16));
  }

  private static Op divide(Decoder d, IntDivision.Code code, boolean signed) {
    int result = d.word(0);
    int dividend = d.word(1);
    int divisor = d.word(2);
    return (w, from, to) -> {
      for (int t = from; t < to; t++) {
        int y = extend(w.words[divisor][t], signed);
        if (y == 0) {
          throw IntDivision.byZero(t);
        }
        w.words[result][t] = IntDivision.apply(code, extend(w.words[dividend][t], signed), y);
      }
    };
  }
}
