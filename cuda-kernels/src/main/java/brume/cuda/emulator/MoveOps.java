package brume.cuda.emulator;

import brume.cuda.emulator.Names.Place;
import brume.cuda.emulator.ptx.Operand;
import brume.cuda.emulator.ptx.PtxType;
import java.util.List;
import java.util.Optional;

/** Reads instructions that move values between registers. */
final class MoveOps {

  private MoveOps() {}

  /** mov: a register, a literal, an address, or the parts of a longer register. */
  static Op decode(Decoder d) {
    PtxType type = d.type();
    if (type == PtxType.PRED) {
      return PredicateOps.decode(d);
    }
    if (d.operand(0) instanceof Operand.Group parts) {
      return unpack(d, type, parts.parts());
    }
    if (d.operand(1) instanceof Operand.Group parts) {
      return pack(d, type, parts.parts());
    }
    Operand value = addressOr(d, d.operand(1));
    if (d.isLong(d.operand(0))) {
      return copyLong(d.longer(0), d.longer(value));
    }
    return copyWord(d.word(0), d.word(value));
  }

  /** cvta: between an address of one space and a generic one. */
  static Op convertAddress(Decoder d) {
    boolean fromGeneric = d.take("to");
    Optional<String> space = d.takeOne("global", "shared", "local", "const", "shared::cta");
    d.type();
    long window = MemoryOps.space(space.orElseThrow(d::unknown), d).window();
    int result = d.longer(0);
    int value = d.longer(addressOr(d, d.operand(1)));
    return Each.longer(result, value, x -> fromGeneric ? x - window : x + window);
  }

  /** The address of a variable as a literal, or the operand itself. */
  private static Operand addressOr(Decoder d, Operand operand) {
    return operand instanceof Operand.Name name
        ? d.names()
            .place(name.name())
            .map(Place::address)
            .<Operand>map(Operand.Literal::new)
            .orElse(operand)
        : operand;
  }

  private static Op copyWord(int result, int value) {
    return (w, from, to) ->
        System.arraycopy(w.words[value], from, w.words[result], from, to - from);
  }

  private static Op copyLong(int result, int value) {
    return (w, from, to) ->
        System.arraycopy(w.longs[value], from, w.longs[result], from, to - from);
  }

  /** Parts of a register, the lowest first. */
  private static Op unpack(Decoder d, PtxType type, List<Operand> parts) {
    boolean wide = type.bytes() == 8;
    int value = wide ? d.longer(1) : d.word(1);
    int bits = type.bytes() * 8 / parts.size();
    int[] results = parts.stream().mapToInt(d::word).toArray();
    return (w, from, to) -> {
      for (int t = from; t < to; t++) {
        long x = wide ? w.longs[value][t] : w.words[value][t];
        for (int i = 0; i < results.length; i++) {
          w.words[results[i]][t] = (int) (x >>> i * bits);
        }
      }
    };
  }

  private static Op pack(Decoder d, PtxType type, List<Operand> parts) {
    boolean wide = type.bytes() == 8;
    int result = wide ? d.longer(0) : d.word(0);
    int bits = type.bytes() * 8 / parts.size();
    long mask = (1L << bits) - 1;
    int[] values = parts.stream().mapToInt(d::word).toArray();
    return (w, from, to) -> {
      for (int t = from; t < to; t++) {
        long x = 0;
        for (int i = 0; i < values.length; i++) {
          x |= (w.words[values[i]][t] & mask) << i * bits;
        }
        if (wide) {
          w.longs[result][t] = x;
        } else {
          w.words[result][t] = (int) x;
        }
      }
    };
  }
}
