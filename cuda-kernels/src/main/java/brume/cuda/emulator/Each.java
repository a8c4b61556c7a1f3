package brume.cuda.emulator;

import static java.lang.Double.doubleToRawLongBits;
import static java.lang.Double.longBitsToDouble;
import static java.lang.Float.floatToRawIntBits;
import static java.lang.Float.intBitsToFloat;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/** Operations given by a function of one lane's values: for instructions that are not run often. */
final class Each {

  /** A function of three integers. */
  @FunctionalInterface
  interface IntTernary {
    int apply(int a, int b, int c);
  }

  /** A function of three 64-bit integers. */
  @FunctionalInterface
  interface LongTernary {
    long apply(long a, long b, long c);
  }

  /** A function of one single-precision number. */
  @FunctionalInterface
  interface FloatUnary {
    float apply(float a);
  }

  /** A function of two single-precision numbers. */
  @FunctionalInterface
  interface FloatBinaryFunction {
    float apply(float a, float b);
  }

  /** A function of three single-precision numbers. */
  @FunctionalInterface
  interface FloatTernary {
    float apply(float a, float b, float c);
  }

  private Each() {}

  static Op word(int d, int a, IntUnaryOperator f) {
    return (w, from, to) -> {
      for (int t = from; t < to; t++) {
        w.words[d][t] = f.applyAsInt(w.words[a][t]);
      }
    };
  }

  static Op word(int d, int a, int b, IntBinaryOperator f) {
    return (w, from, to) -> {
      for (int t = from; t < to; t++) {
        w.words[d][t] = f.applyAsInt(w.words[a][t], w.words[b][t]);
      }
    };
  }

  static Op word(int d, int a, int b, int c, IntTernary f) {
    return (w, from, to) -> {
      for (int t = from; t < to; t++) {
        w.words[d][t] = f.apply(w.words[a][t], w.words[b][t], w.words[c][t]);
      }
    };
  }

  static Op longer(int d, int a, LongUnaryOperator f) {
    return (w, from, to) -> {
      for (int t = from; t < to; t++) {
        w.longs[d][t] = f.applyAsLong(w.longs[a][t]);
      }
    };
  }

  static Op longer(int d, int a, int b, LongBinaryOperator f) {
    return (w, from, to) -> {
      for (int t = from; t < to; t++) {
        w.longs[d][t] = f.applyAsLong(w.longs[a][t], w.longs[b][t]);
      }
    };
  }

  static Op longer(int d, int a, int b, int c, LongTernary f) {
    return (w, from, to) -> {
      for (int t = from; t < to; t++) {
        w.longs[d][t] = f.apply(w.longs[a][t], w.longs[b][t], w.longs[c][t]);
      }
    };
  }

  static Op single(int d, int a, FloatUnary f) {
    return word(d, a, x -> floatToRawIntBits(f.apply(intBitsToFloat(x))));
  }

  static Op single(int d, int a, int b, FloatBinaryFunction f) {
    return word(
        d, a, b, (x, y) -> floatToRawIntBits(f.apply(intBitsToFloat(x), intBitsToFloat(y))));
  }

  static Op single(int d, int a, int b, int c, FloatTernary f) {
    return word(
        d,
        a,
        b,
        c,
        (x, y, z) ->
            floatToRawIntBits(f.apply(intBitsToFloat(x), intBitsToFloat(y), intBitsToFloat(z))));
  }

  static Op twice(int d, int a, DoubleUnaryOperator f) {
    return longer(d, a, x -> doubleToRawLongBits(f.applyAsDouble(longBitsToDouble(x))));
  }

  static Op twice(int d, int a, int b, DoubleBinaryOperator f) {
    return longer(
        d,
        a,
        b,
        (x, y) -> doubleToRawLongBits(f.applyAsDouble(longBitsToDouble(x), longBitsToDouble(y))));
  }
}
