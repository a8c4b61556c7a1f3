package brume.cuda.emulator;

import brume.cuda.emulator.ptx.PtxFunction;
import brume.cuda.emulator.ptx.PtxType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the names in one function mean: registers by slot, variables by address. A function that is
 * called twice has two of these. Mutable: slots are given out on first use.
 */
final class Names {

  /** Where a variable lives, and at which address of that space. */
  record Place(Space space, long address) {}

  private final String file;
  private final PtxFunction function;
  private final Registers registers;
  private final Map<String, Place> places;
  private final Map<String, Integer> slots = new HashMap<>();

  Names(String file, PtxFunction function, Registers registers, Map<String, Place> places) {
    this.file = file;
    this.function = function;
    this.registers = registers;
    this.places = Map.copyOf(places);
  }

  String file() {
    return file;
  }

  Registers registers() {
    return registers;
  }

  /** Declared type of a register; empty for other names. */
  Optional<PtxType> typeOf(String name) {
    return Optional.ofNullable(function.registers().get(name));
  }

  OptionalInt word(String name) {
    if (SpecialRegisters.known(name)) {
      return OptionalInt.of(registers.special(name));
    }
    PtxType type = function.registers().get(name);
    return type == null || type == PtxType.PRED || type.bytes() == 8
        ? OptionalInt.empty()
        : OptionalInt.of(slots.computeIfAbsent(name, n -> registers.newWord()));
  }

  OptionalInt longer(String name) {
    PtxType type = function.registers().get(name);
    return type == null || type.bytes() != 8
        ? OptionalInt.empty()
        : OptionalInt.of(slots.computeIfAbsent(name, n -> registers.newLong()));
  }

  OptionalInt predicate(String name) {
    return function.registers().get(name) != PtxType.PRED
        ? OptionalInt.empty()
        : OptionalInt.of(slots.computeIfAbsent(name, n -> registers.newPredicate()));
  }

  /** Slot of the carry between two instructions. */
  int carry() {
    return slots.computeIfAbsent("carry", n -> registers.newPredicate());
  }

  /** Where a variable or parameter lives; empty for other names. */
  Optional<Place> place(String name) {
    return Optional.ofNullable(places.get(name));
  }
}
