package brume.cuda.emulator;

import brume.cuda.emulator.Names.Place;
import brume.cuda.emulator.ptx.Operand;
import brume.cuda.emulator.ptx.PtxType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads loads and stores. */
final class MemoryOps {

  private static final String[] SPACES = {
    "global", "shared", "local", "param", "const", "shared::cta"
  };

  private MemoryOps() {}

  static Op load(Decoder d) {
    AddressOf address = address(d, 1);
    PtxType type = d.type();
    List<Operand> results = d.parts(0);
    if (wordAccess(d, address, type, results)) {
      return new WordAccess(false, address, results.stream().mapToInt(d::word).toArray());
    }
    int width = type.bytes();
    int total = width * results.size();
    boolean[] wide = new boolean[results.size()];
    int[] slots = slots(d, results, wide);
    return (w, from, to) -> {
      int t = from;
      try {
        for (; t < to; t++) {
          long at = aligned(address.at(w, t), total);
          for (int i = 0; i < slots.length; i++) {
            long value = address.load(w, t, at + (long) i * width, width);
            long extended = type.signed() ? ConvertOps.truncated(value, type) : value;
            if (wide[i]) {
              w.longs[slots[i]][t] = extended;
            } else {
              w.words[slots[i]][t] = (int) extended;
            }
          }
        }
      } catch (Fault fault) {
        throw fault.at(t);
      }
    };
  }

  static Op store(Decoder d) {
    AddressOf address = address(d, 0);
    PtxType type = d.type();
    List<Operand> values = d.parts(1);
    if (wordAccess(d, address, type, values)) {
      return new WordAccess(true, address, values.stream().mapToInt(d::word).toArray());
    }
    int width = type.bytes();
    int total = width * values.size();
    boolean[] wide = new boolean[values.size()];
    if (width == 8) {
      Arrays.fill(wide, true);
    }
    int[] slots = slots(d, values, wide);
    return (w, from, to) -> {
      int t = from;
      try {
        for (; t < to; t++) {
          long at = aligned(address.at(w, t), total);
          for (int i = 0; i < slots.length; i++) {
            long value = wide[i] ? w.longs[slots[i]][t] : w.words[slots[i]][t];
            address.store(w, t, at + (long) i * width, width, value);
          }
        }
      } catch (Fault fault) {
        throw fault.at(t);
      }
    };
  }

  /** The space of a suffix. */
  static Space space(String suffix, Decoder d) {
    return switch (suffix) {
      case "global", "const" -> Space.GLOBAL;
      case "shared", "shared::cta" -> Space.SHARED;
      case "local" -> Space.LOCAL;
      case "param" -> Space.PARAM;
      default -> throw d.unknown();
    };
  }

  /** Reads the address of operand k, and the suffixes that concern it. */
  static AddressOf address(Decoder d, int k) {
    // Order and caches: the emulator does one thing after the other and has no caches, but notes
    // what
    // is read through the one that sees no writes.
    d.ignore("weak", "volatile", "relaxed", "acquire", "release", "acq_rel", "cta", "gpu", "sys");
    boolean cached = d.take("nc");
    d.ignore("ca", "cg", "cs", "lu", "cv", "wb", "wt", "v2", "v4");
    d.ignoreBeginning("L1::");
    d.ignoreBeginning("L2::");
    Optional<String> suffix = d.takeOne(SPACES);
    Space space = suffix.map(s -> space(s, d)).orElse(Space.GENERIC);
    if (!(d.operand(k) instanceof Operand.Address address)) {
      throw d.error("expected an address");
    }
    if (address.base() instanceof Operand.Name name) {
      Optional<Place> place = d.names().place(name.name());
      if (place.isPresent()) {
        int slot = d.names().registers().longConstant(place.get().address());
        return new AddressOf(place.get().space(), true, slot, address.offset(), cached);
      }
      if (!d.isLong(name)) {
        return new AddressOf(space, false, d.word(name), address.offset(), cached);
      }
    }
    return new AddressOf(space, true, d.longer(address.base()), address.offset(), cached);
  }

  private static boolean wordAccess(
      Decoder d, AddressOf address, PtxType type, List<Operand> registers) {
    boolean plain = address.space() == Space.GLOBAL || address.space() == Space.SHARED;
    return plain && type.bytes() == 4 && registers.stream().noneMatch(d::isLong);
  }

  private static int[] slots(Decoder d, List<Operand> registers, boolean[] wide) {
    int[] slots = new int[registers.size()];
    for (int i = 0; i < slots.length; i++) {
      wide[i] |= d.isLong(registers.get(i));
      slots[i] = wide[i] ? d.longer(registers.get(i)) : d.word(registers.get(i));
    }
    return slots;
  }

  private static long aligned(long at, int bytes) {
    if ((at & bytes - 1) != 0) {
      throw WordAccess.misaligned(at, bytes);
    }
    return at;
  }
}
