package brume.cuda.emulator;

import static java.lang.Double.doubleToRawLongBits;
import static java.lang.Double.longBitsToDouble;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** Reads instructions in double precision, which round to nearest. */
final class DoubleOps {

  private static final int HIGH_WORD = 32;

  private DoubleOps() {}

  static Op decode(Decoder d) {
    d.take("rn");
    boolean approximate = d.take("approx") && d.take("ftz");
    return switch (d.base()) {
      case "add" -> binary(d, Double::sum);
      case "sub" -> binary(d, (a, b) -> a - b);
      case "mul" -> binary(d, (a, b) -> a * b);
      case "div" -> binary(d, (a, b) -> a / b);
      case "min" -> binary(d, (a, b) -> a != a ? b : b != b ? a : Math.min(a, b));
      case "max" -> binary(d, (a, b) -> a != a ? b : b != b ? a : Math.max(a, b));
      case "copysign" -> binary(d, (a, b) -> Math.copySign(b, a));
      case "fma", "mad" ->
        Each.longer(
            d.longer(0),
            d.longer(1),
            d.longer(2),
            d.longer(3),
            (a, b, c) -> doubleToRawLongBits(
                Math.fma(longBitsToDouble(a), longBitsToDouble(b), longBitsToDouble(c))));
      case "neg" -> unary(d, a -> -a);
      case "abs" -> unary(d, Math::abs);
      case "sqrt" -> unary(d, Math::sqrt);
      case "rcp" -> unary(d, approximate ? a -> upperHalf(1 / upperHalf(a)) : a -> 1 / a);
      case "rsqrt" ->
        unary(d, approximate ? a -> upperHalf(1 / Math.sqrt(upperHalf(a))) : a -> 1 / Math.sqrt(a));
      default -> throw d.unknown();
    };
  }

  private static Op unary(Decoder d, DoubleUnaryOperator f) {
    return Each.twice(d.longer(0), d.longer(1), f);
  }

  private static Op binary(Decoder d, DoubleBinaryOperator f) {
    return Each.twice(d.longer(0), d.longer(1), d.longer(2), f);
  }

  /** Approximations look at the upper word only, and give no more (PTX ISA 9.1, 9.7.3.14 and 17). */
  private static double upperHalf(double a) {
    return longBitsToDouble(doubleToRawLongBits(a) >> HIGH_WORD << HIGH_WORD);
  }
}
