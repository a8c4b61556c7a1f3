package brume.cuda.emulator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The slots of a kernel's registers, with one slot for every literal, so that an operand is always a
 * slot. Mutable while a kernel is compiled.
 */
final class Registers {

  private final Map<Integer, Integer> wordConstants = new HashMap<>();
  private final Map<Long, Integer> longConstants = new HashMap<>();
  private final Map<String, Integer> specials = new HashMap<>();
  private final List<Integer> truths = new ArrayList<>();
  private int words;
  private int longs;
  private int predicates;

  int words() {
    return words;
  }

  int longs() {
    return longs;
  }

  int predicates() {
    return predicates;
  }

  int newWord() {
    return words++;
  }

  int newLong() {
    return longs++;
  }

  int newPredicate() {
    return predicates++;
  }

  int wordConstant(int value) {
    return wordConstants.computeIfAbsent(value, v -> newWord());
  }

  int longConstant(long value) {
    return longConstants.computeIfAbsent(value, v -> newLong());
  }

  int predicateConstant(boolean value) {
    if (truths.isEmpty()) {
      truths.add(newPredicate());
    }
    return value ? truths.get(0) : ~truths.get(0);
  }

  /** Slot of a special register, {@code %tid.x} for example. */
  int special(String name) {
    return specials.computeIfAbsent(name, n -> newWord());
  }

  void loadConstants(Warp w) {
    wordConstants.forEach((value, slot) -> Arrays.fill(w.words[slot], value));
    longConstants.forEach((value, slot) -> Arrays.fill(w.longs[slot], value));
    truths.forEach(slot -> w.predicates[slot] = -1);
  }

  void loadSpecials(Warp w) {
    specials.forEach((name, slot) -> {
      for (int lane = 0; lane < Lanes.COUNT; lane++) {
        w.words[slot][lane] = SpecialRegisters.value(name, w, lane);
      }
    });
  }
}
