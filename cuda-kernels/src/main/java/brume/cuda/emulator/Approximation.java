package brume.cuda.emulator;

import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;

/**
 * Functions in single precision that PTX calls approximate, with the largest error that its manual
 * allows (Parallel Thread Execution ISA, chapter on floating-point instructions).
 */
enum Approximation {
  /** Within one unit in the last place. */
  RCP((x, y) -> 1 / x, 1, 0, 0),
  /** Within two units in the last place. */
  DIV((x, y) -> x / y, 2, 0, 0),
  /** Within 2⁻²³ of the value. */
  SQRT((x, y) -> Math.sqrt(x), 0, 0x1p-23, 0),
  /** Within 2^-22.9 of the value. */
  RSQRT((x, y) -> 1 / Math.sqrt(x), 0, 0x1.1p-23, 0),
  /** Within two units in the last place. */
  EX2((x, y) -> Math.exp(x * Math.log(2)), 2, 0, 0),
  /** Within 2⁻²² of the value, or by as much near 1. */
  LG2((x, y) -> Math.log(x) / Math.log(2), 0, 0x1p-22, 0x1p-22),
  /** By 2^-20.5 between -2π and 2π. */
  SIN((x, y) -> Math.sin(x), 0, 0, 0x1.6ap-21),
  /** By 2^-20.5 between -2π and 2π. */
  COS((x, y) -> Math.cos(x), 0, 0, 0x1.6ap-21),
  /** Within 2⁻¹¹ of the value. */
  TANH((x, y) -> Math.tanh(x), 0, 0x1p-11, 0);

  private final DoubleBinaryOperator function;
  private final int units;
  private final double relative;
  private final double absolute;

  Approximation(DoubleBinaryOperator function, int units, double relative, double absolute) {
    this.function = function;
    this.units = units;
    this.relative = relative;
    this.absolute = absolute;
  }

  /** The one that an instruction names. */
  static Optional<Approximation> of(String instruction) {
    for (Approximation each : values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(instruction)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /** The value, rounded once; functions of one number do not look at y. */
  float rounded(float x, float y) {
    return (float) function.applyAsDouble(x, y);
  }

  /** The value with nearly the largest error, whose sign depends on the bits of the factors. */
  float loosely(float x, float y) {
    double value = function.applyAsDouble(x, y);
    float near = (float) value;
    if (Float.isNaN(near) || Float.isInfinite(near) || Math.abs(near) < Float.MIN_NORMAL) {
      return near;
    }
    double room = units * (double) Math.ulp(near)
        + Math.max(relative * Math.abs(value), absolute)
        - Math.ulp(near) / 2.0; // for rounding at the end
    int bits = Float.floatToRawIntBits(x) * 31 + Float.floatToRawIntBits(y);
    boolean up = (bits * 0x9e3779b9 >>> 31) == 0;
    return (float) (up ? value + Math.max(0, room) : value - Math.max(0, room));
  }
}
