package brume.cuda.emulator;

import brume.cuda.emulator.ptx.PtxType;
import java.util.Optional;
import java.util.function.LongBinaryOperator;

/**
 * Reads atomic operations. Kernels that have them run their blocks one after the other, so nothing can
 * come between the read and the write, and results do not depend on chance.
 */
final class AtomicOps {

  private AtomicOps() {}

  /** atom and red: the same, but red returns nothing. */
  static Op decode(Decoder d) {
    boolean returns = d.base().equals("atom");
    int k = returns ? 1 : 0;
    AddressOf address = MemoryOps.address(d, k);
    Optional<String> operation = d.takeOne("add", "min", "max", "inc", "dec", "and", "or", "xor");
    boolean exchange = d.take("exch");
    boolean compare = d.take("cas");
    d.ignore("noftz");
    PtxType type = d.type();
    boolean wide = type.bytes() == 8;
    int result = !returns ? -1 : wide ? d.longer(0) : d.word(0);
    int operand = wide ? d.longer(k + 1) : d.word(k + 1);
    int second = !compare ? operand : wide ? d.longer(k + 2) : d.word(k + 2);
    LongBinaryOperator f = exchange || compare
        ? (old, value) -> value
        : function(d, operation.orElseThrow(d::unknown), type);
    int width = type.bytes();
    return (w, from, to) -> {
      int t = from;
      try {
        for (; t < to; t++) {
          long at = address.at(w, t);
          if (address.spaceOf(at) != Space.SHARED) {
            w.block.meet();
          }
          long old = load(address, w, t, at, width);
          long first = wide ? w.longs[operand][t] : w.words[operand][t];
          long value = wide ? w.longs[second][t] : w.words[second][t];
          boolean same = wide ? old == first : (int) old == (int) first;
          if (!compare || same) {
            store(address, w, at, width, f.applyAsLong(ConvertOps.truncated(old, type), value));
          }
          if (returns && wide) {
            w.longs[result][t] = old;
          } else if (returns) {
            w.words[result][t] = (int) old;
          }
        }
      } catch (Fault fault) {
        throw fault.at(t);
      }
    };
  }

  private static long load(AddressOf address, Warp w, int lane, long at, int width) {
    return address.spaceOf(at) == Space.SHARED
        ? w.block.shared.loadAtomic(w, lane, address.within(at), width)
        : w.block.memory.at(address.within(at)).load(address.within(at), width);
  }

  private static void store(AddressOf address, Warp w, long at, int width, long value) {
    if (address.spaceOf(at) == Space.SHARED) {
      w.block.shared.storeAtomic(address.within(at), width, value);
    } else {
      w.block.memory.at(address.within(at)).store(address.within(at), width, value);
    }
  }

  /** What becomes of the old value, read as its type, and the operand's bits. */
  private static LongBinaryOperator function(Decoder d, String operation, PtxType type) {
    if (type == PtxType.F32 && operation.equals("add")) {
      return (old, x) ->
          Float.floatToRawIntBits(Float.intBitsToFloat((int) old) + Float.intBitsToFloat((int) x));
    }
    if (type == PtxType.F64 && operation.equals("add")) {
      return (old, x) ->
          Double.doubleToRawLongBits(Double.longBitsToDouble(old) + Double.longBitsToDouble(x));
    }
    if (type.floating()) {
      throw d.unknown();
    }
    boolean signed = type.signed();
    return switch (operation) {
      case "add" -> Long::sum;
      case "min" -> (old, x) -> less(old, x, type, signed) ? old : x;
      case "max" -> (old, x) -> less(old, x, type, signed) ? x : old;
      case "inc" -> (old, x) -> less(old, x, type, signed) ? old + 1 : 0;
      case "dec" -> (old, x) -> old == 0 || less(x, old, type, signed) ? x : old - 1;
      case "and" -> (old, x) -> old & x;
      case "or" -> (old, x) -> old | x;
      default -> (old, x) -> old ^ x;
    };
  }

  private static boolean less(long a, long b, PtxType type, boolean signed) {
    long x = ConvertOps.truncated(a, type);
    long y = ConvertOps.truncated(b, type);
    return signed ? x < y : Long.compareUnsigned(x, y) < 0;
  }
}
