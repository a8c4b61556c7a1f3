package brume.cuda.emulator;

import brume.cuda.emulator.Each.FloatBinaryFunction;
import brume.cuda.emulator.Each.FloatTernary;
import brume.cuda.emulator.Each.FloatUnary;

/**
 * Reads instructions in single precision.
 *
 * <p>What PTX calls approximate is computed in double precision and rounded once, unless {@link
 * Rigor#APPROXIMATE} asks for the error that PTX allows.
 */
final class FloatOps {

  private FloatOps() {}

  static Op decode(Decoder d) {
    Rounding rounding = d.rounding();
    boolean full = d.take("full");
    boolean approximate = d.take("approx") || full;
    boolean flush = d.take("ftz");
    boolean saturate = d.take("sat");
    boolean plain = rounding == Rounding.NEAREST && !flush && !saturate;
    if (approximate) {
      return approximation(d, full, flush, saturate);
    }
    switch (d.base()) {
      case "add":
        return plain ? binary(d, FloatBinary.Code.ADD) : binary(d, flush, saturate, rounding::add);
      case "sub":
        return plain
            ? binary(d, FloatBinary.Code.SUB)
            : binary(d, flush, saturate, (a, b) -> rounding.add(a, -b));
      case "mul":
        return plain
            ? binary(d, FloatBinary.Code.MUL)
            : binary(d, flush, saturate, rounding::multiply);
      case "div":
        return plain
            ? binary(d, FloatBinary.Code.DIV)
            : binary(d, flush, saturate, rounding::divide);
      case "fma", "mad":
        return plain
            ? new FloatMultiplyAdd(d.word(0), d.word(1), d.word(2), d.word(3))
            : ternary(d, flush, saturate, rounding::fma);
      case "min":
        return extreme(d, flush, Math::min);
      case "max":
        return extreme(d, flush, Math::max);
      case "neg":
        return unary(d, flush, false, a -> -a);
      case "abs":
        return unary(d, flush, false, Math::abs);
      case "copysign": // the sign of the first, the size of the second
        return Each.word(
            d.word(0),
            d.word(1),
            d.word(2),
            (a, b) -> a & Integer.MIN_VALUE | b & ~Integer.MIN_VALUE);
      case "rcp":
        return unary(d, flush, saturate, a -> rounding.divide(1, a));
      case "sqrt":
        return unary(d, flush, saturate, rounding::squareRoot);
      default:
        throw d.unknown();
    }
  }

  private static Op approximation(Decoder d, boolean full, boolean flush, boolean saturate) {
    Approximation function = Approximation.of(d.base(), full).orElseThrow(d::unknown);
    int result = d.word(0), a = d.word(1), b = d.base().equals("div") ? d.word(2) : a;
    return (w, from, to) -> {
      for (int t = from; t < to; t++) {
        float x = flushed(Float.intBitsToFloat(w.words[a][t]), flush);
        float y = flushed(Float.intBitsToFloat(w.words[b][t]), flush);
        float value = w.block.approximate ? function.loosely(x, y) : function.rounded(x, y);
        w.words[result][t] = Float.floatToRawIntBits(finished(value, flush, saturate));
      }
    };
  }

  // ---- Wrapping

  private static Op binary(Decoder d, FloatBinary.Code code) {
    return new FloatBinary(code, d.word(0), d.word(1), d.word(2));
  }

  private static Op unary(Decoder d, boolean flush, boolean saturate, FloatUnary f) {
    int result = d.word(0);
    int a = d.word(1);
    return flush || saturate
        ? Each.single(result, a, x -> finished(f.apply(flushed(x, flush)), flush, saturate))
        : Each.single(result, a, f);
  }

  private static Op binary(Decoder d, boolean flush, boolean saturate, FloatBinaryFunction f) {
    return Each.single(
        d.word(0),
        d.word(1),
        d.word(2),
        (x, y) -> finished(f.apply(flushed(x, flush), flushed(y, flush)), flush, saturate));
  }

  private static Op ternary(Decoder d, boolean flush, boolean saturate, FloatTernary f) {
    return Each.single(
        d.word(0),
        d.word(1),
        d.word(2),
        d.word(3),
        (x, y, z) -> finished(
            f.apply(flushed(x, flush), flushed(y, flush), flushed(z, flush)), flush, saturate));
  }

  /** The smaller or larger of two; of a number and a NaN the number, unless .NaN asks for the other. */
  private static Op extreme(Decoder d, boolean flush, FloatBinaryFunction f) {
    boolean keepNaN = d.take("NaN");
    return binary(
        d, flush, false, (a, b) -> keepNaN || a == a && b == b ? f.apply(a, b) : a == a ? a : b);
  }

  /** Subnormal numbers become zeros of the same sign. */
  static float flushed(float a, boolean flush) {
    return flush && Math.abs(a) < Float.MIN_NORMAL ? Math.copySign(0, a) : a;
  }

  private static float finished(float a, boolean flush, boolean saturate) {
    return flushed(saturate ? saturated(a) : a, flush);
  }

  /** Into [0, 1]; a NaN becomes 0. */
  static float saturated(float a) {
    return a > 0 ? Math.min(a, 1) : 0;
  }
}
