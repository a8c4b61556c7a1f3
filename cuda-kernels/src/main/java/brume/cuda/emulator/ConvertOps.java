package brume.cuda.emulator;

import static java.lang.Float.floatToRawIntBits;
import static java.lang.Float.intBitsToFloat;

import brume.cuda.emulator.ptx.PtxType;
import java.util.Optional;

/** Reads conversions between numbers. Results of 8 and 16 bits fill their word. */
final class ConvertOps {

  private static final long U32 = 0xffffffffL;

  private ConvertOps() {}

  static Op decode(Decoder d) {
    Optional<String> integral = d.takeOne("rni", "rzi", "rmi", "rpi");
    Rounding rounding = d.rounding();
    boolean flush = d.take("ftz");
    boolean saturate = d.take("sat");
    PtxType to = d.type();
    PtxType from = d.type();
    if (from.floating()) {
      return to.floating()
          ? betweenFloats(d, to, from, integral.orElse(""), rounding, flush, saturate)
          : toInteger(d, to, from, integral.orElseThrow(d::unknown), flush);
    }
    return to.floating()
        ? fromInteger(d, to, from, rounding)
        : betweenIntegers(d, to, from, saturate);
  }

  // ---- Integers

  /** Registers may be wider than the types of the conversion. */
  private static Op betweenIntegers(Decoder d, PtxType to, PtxType from, boolean saturate) {
    boolean wideIn = from.bytes() == 8 || d.isLong(d.operand(1));
    boolean wideOut = d.isLong(d.operand(0));
    int result = wideOut ? d.longer(0) : d.word(0);
    int value = wideIn ? d.longer(1) : d.word(1);
    if (wideIn && !wideOut && to.bytes() == 4 && from.bytes() >= 4 && !saturate) {
      return (w, first, end) -> {
        long[] x = w.longs[value];
        int[] z = w.words[result];
        for (int t = first; t < end; t++) {
          z[t] = (int) x[t];
        }
      };
    }
    return (w, first, end) -> {
      for (int t = first; t < end; t++) {
        long number = truncated(wideIn ? w.longs[value][t] : w.words[value][t], from);
        long converted = truncated(saturate ? clamped(number, to, from) : number, to);
        if (wideOut) {
          w.longs[result][t] = converted;
        } else {
          w.words[result][t] = (int) converted;
        }
      }
    };
  }

  /** The lowest bits of a number, as its type reads them. */
  static long truncated(long value, PtxType type) {
    return switch (type) {
      case S8 -> (byte) value;
      case U8, B8 -> value & 0xff;
      case S16 -> (short) value;
      case U16, B16 -> value & 0xffff;
      case S32 -> (int) value;
      case U32, B32 -> value & U32;
      default -> value;
    };
  }

  private static long clamped(long value, PtxType to, PtxType from) {
    boolean huge = from == PtxType.U64 && value < 0;
    int bits = to.bytes() * 8 - (to.signed() ? 1 : 0);
    long max = bits == 64 ? -1L : (1L << bits) - 1;
    long min = to.signed() ? -max - 1 : 0;
    if (bits == 64) {
      return huge || value > 0 ? value : 0;
    }
    return huge ? max : Math.max(min, Math.min(max, value));
  }

  // ---- Between integers and floating point

  private static Op fromInteger(Decoder d, PtxType to, PtxType from, Rounding rounding) {
    boolean wide = from.bytes() == 8;
    int value = wide ? d.longer(1) : d.word(1);
    if (to == PtxType.F32) {
      int result = d.word(0);
      if (from == PtxType.S32 && rounding == Rounding.NEAREST) {
        return Each.word(result, value, x -> floatToRawIntBits(x));
      }
      return (w, first, end) -> {
        for (int t = first; t < end; t++) {
          long x = wide ? w.longs[value][t] : truncated(w.words[value][t], from);
          w.words[result][t] = floatToRawIntBits(toFloat(x, from, rounding));
        }
      };
    }
    int result = d.longer(0);
    if (rounding != Rounding.NEAREST && wide) {
      throw d.unknown();
    }
    return (w, first, end) -> {
      for (int t = first; t < end; t++) {
        long x = wide ? w.longs[value][t] : truncated(w.words[value][t], from);
        w.longs[result][t] = Double.doubleToRawLongBits(upper(x, from) + (x & U32));
      }
    };
  }

  private static float toFloat(long x, PtxType from, Rounding rounding) {
    double upper = upper(x, from);
    double lower = x & U32;
    double sum = upper + lower;
    return rounding.round(sum, lower - (sum - upper));
  }

  /** The number without its lower 32 bits. */
  private static double upper(long x, PtxType from) {
    return (from == PtxType.U64 ? x >>> 32 : x >> 32) * 0x1p32;
  }

  private static Op toInteger(Decoder d, PtxType to, PtxType from, String integral, boolean flush) {
    boolean wideIn = from == PtxType.F64;
    boolean wideOut = to.bytes() == 8;
    int result = wideOut ? d.longer(0) : d.word(0);
    int value = wideIn ? d.longer(1) : d.word(1);
    return (w, first, end) -> {
      for (int t = first; t < end; t++) {
        double x = wideIn
            ? Double.longBitsToDouble(w.longs[value][t])
            : FloatOps.flushed(intBitsToFloat(w.words[value][t]), flush);
        long whole = clampedInteger(integral(x, integral), to);
        if (wideOut) {
          w.longs[result][t] = whole;
        } else {
          w.words[result][t] = (int) whole;
        }
      }
    };
  }

  /** The nearest number a type has; 0 for a NaN. */
  private static long clampedInteger(double whole, PtxType to) {
    if (Double.isNaN(whole)) {
      return 0;
    }
    if (to == PtxType.U64) {
      return whole < 0x1p63
          ? (long) Math.max(0, whole)
          : whole < 0x1p64 ? (long) (whole - 0x1p63) + Long.MIN_VALUE : -1L;
    }
    if (to == PtxType.S64) {
      return (long) whole;
    }
    return clamped((long) whole, to, PtxType.S64);
  }

  /** Rounds to a whole number. */
  private static double integral(double x, String mode) {
    return switch (mode) {
      case "rni" -> Math.rint(x);
      case "rzi" -> x < 0 ? Math.ceil(x) : Math.floor(x);
      case "rmi" -> Math.floor(x);
      case "rpi" -> Math.ceil(x);
      default -> x;
    };
  }

  // ---- Floating point

  private static Op betweenFloats(
      Decoder d,
      PtxType to,
      PtxType from,
      String integral,
      Rounding rounding,
      boolean flush,
      boolean saturate) {
    boolean wideIn = from == PtxType.F64;
    boolean wideOut = to == PtxType.F64;
    int result = wideOut ? d.longer(0) : d.word(0);
    int value = wideIn ? d.longer(1) : d.word(1);
    return (w, first, end) -> {
      for (int t = first; t < end; t++) {
        double x = wideIn
            ? Double.longBitsToDouble(w.longs[value][t])
            : FloatOps.flushed(intBitsToFloat(w.words[value][t]), flush);
        double y = integral(x, integral);
        if (wideOut) {
          w.longs[result][t] = Double.doubleToRawLongBits(y);
        } else {
          float z = FloatOps.flushed(rounding.round(y, 0), flush);
          w.words[result][t] = floatToRawIntBits(saturate ? FloatOps.saturated(z) : z);
        }
      }
    };
  }
}
