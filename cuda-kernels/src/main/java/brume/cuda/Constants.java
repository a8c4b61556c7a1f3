package brume.cuda;

import brume.tensor.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What recorded work has asked for that every repetition will ask for again: kernels with their sizes and
 * numbers, copied tables. Work that is done twice with other inputs must ask for the same, or it cannot be
 * repeated. Mutable; safe for use by many threads, though only one may have it watched.
 */
final class Constants {

  private boolean watching;
  private List<Call> calls = new ArrayList<>();

  /** Something asked for, and what of it stays the same. */
  record Call(String name, int numbers) {}

  synchronized void begin() {
    watching = true;
    calls = new ArrayList<>();
  }

  /** All calls since the beginning, in order. */
  synchronized List<Call> end() {
    watching = false;
    return calls;
  }

  /** Notes a call, if anybody watches. */
  synchronized void add(String call, long... numbers) {
    if (watching) {
      calls.add(new Call(call, Arrays.hashCode(numbers)));
    }
  }

  /**
   * Compares what was asked for.
   *
   * @param first time
   * @param second time
   * @return the first thing that was not the same, if there is one
   */
  static Optional<String> difference(List<Call> first, List<Call> second) {
    for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
      String one = i < first.size() ? first.get(i).name : "nothing";
      String other = i < second.size() ? second.get(i).name : "nothing";
      if (!one.equals(other)) {
        return Optional.of(Text.of("%s, then %s", one, other));
      }
      if (first.get(i).numbers != second.get(i).numbers) {
        return Optional.of(Text.of("%s with other sizes or numbers", one));
      }
    }
    return Optional.empty();
  }
}
