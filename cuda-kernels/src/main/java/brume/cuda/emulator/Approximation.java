package brume.cuda.emulator;

import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;

/**
 * Functions in single precision that PTX calls approximate, with the largest error that its manual
 * allows: Parallel Thread Execution ISA 9.1, sections 9.7.3.8 (div), 9.7.3.13 (rcp), 9.7.3.15 (sqrt),
 * 9.7.3.16 (rsqrt) and 9.7.3.18 to 22 (sin, cos, lg2, ex2, tanh). What it counts in units in the last
 * place is counted from the correctly rounded value, as everywhere in CUDA's manuals.
 */
enum Approximation {
  /** Within one unit in the last place. */
  RCP((x, y) -> 1 / x, 1),
  /** Within two units, for divisors up to 2¹²⁶; larger ones give 0, and of infinity no number. */
  DIV(Approximation::divided, 2),
  /** div.full: within two units for all divisors. */
  DIV_FULL((x, y) -> x / y, 2),
  /** Within 2⁻²³ of the value. */
  SQRT((x, y) -> Math.sqrt(x), (x, value) -> 0x1p-23 * value),
  /** Within 2^-22.9 of the value. */
  RSQRT((x, y) -> 1 / Math.sqrt(x), (x, value) -> Math.pow(2, -22.9) * value),
  /** Within two units in the last place. */
  EX2((x, y) -> Math.exp(x * Math.log(2)), 2),
  /** By 2⁻²² between 0.5 and 2, else within 2⁻²² of the value. */
  LG2((x, y) -> Math.log(x) / Math.log(2), (x, value) -> 0x1p-22 * Math.max(1, value)),
  /** By 2^-20.5 between -2π and 2π, by 2^-14.7 between -100π and 100π. */
  SIN((x, y) -> Math.sin(x), (x, value) -> ofAngle(x)),
  /** Like the sine. */
  COS((x, y) -> Math.cos(x), (x, value) -> ofAngle(x)),
  /** Within 2⁻¹¹ of the value. */
  TANH((x, y) -> Math.tanh(x), (x, value) -> 0x1p-11 * value);

  /** The largest error of a function at x, where its value has some size. */
  private interface Allowed {
    double at(double x, double size);
  }

  private final DoubleBinaryOperator function;
  private final int units;
  private final Allowed allowed;

  Approximation(DoubleBinaryOperator function, int units) {
    this(function, units, (x, value) -> 0);
  }

  Approximation(DoubleBinaryOperator function, Allowed allowed) {
    this(function, 0, allowed);
  }

  Approximation(DoubleBinaryOperator function, int units, Allowed allowed) {
    this.function = function;
    this.units = units;
    this.allowed = allowed;
  }

  /** The one that an instruction names; full is that of div.full. */
  static Optional<Approximation> of(String instruction, boolean full) {
    String name = full ? instruction + "_full" : instruction;
    for (Approximation each : values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(name)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  private static double divided(double x, double y) {
    if (Math.abs(y) <= 0x1p126 || Double.isInfinite(y)) {
      return x / y;
    }
    return x * Math.copySign(0, y); // 1 / y is subnormal, and flushed
  }

  /** Beyond 100π the manual promises nothing: the sine is as wrong as it can be. */
  private static double ofAngle(double x) {
    double turns = Math.abs(x) / (2 * Math.PI);
    return turns <= 1 ? Math.pow(2, -20.5) : turns <= 50 ? Math.pow(2, -14.7) : 1;
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
    int bits = Float.floatToRawIntBits(x) * 31 + Float.floatToRawIntBits(y);
    boolean up = (bits * 0x9e3779b9 >>> 31) == 0;
    if (units > 0) {
      return stepped(near, up);
    }
    double most = allowed.at(x, Math.abs(value));
    double rounding = Math.ulp((float) (Math.abs(value) + most)) / 2.0; // at the end
    double room = Math.max(0, most - rounding);
    return (float) (up ? value + room : value - room);
  }

  private float stepped(float near, boolean up) {
    float result = near;
    for (int i = 0; i < units; i++) {
      result = up ? Math.nextUp(result) : Math.nextDown(result);
    }
    return result;
  }
}
