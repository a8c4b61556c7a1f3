package brume.autograd;

import brume.tensor.Storage;
import brume.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * What was recorded while something was computed. At its end, values that no backward pass will read are
 * freed: a sum needs neither of its summands, an enlarged picture not the small one. Mutable.
 */
final class Computation {

  private static final String FREED =
      "at the end of the computation that made it, as no backward pass reads it";

  private final List<Variable> made = new ArrayList<>();

  /** A variable has been recorded. */
  void add(Variable v) {
    made.add(v);
  }

  /** A part of this one has ended. */
  void addAll(Computation part) {
    made.addAll(part.made);
  }

  /** Frees what was made, but for the result and what steps have saved. */
  void freeAllBut(Variable result) {
    Set<Storage> needed = Collections.newSetFromMap(new IdentityHashMap<>());
    addTo(needed, result.value());
    Set<Variable> own = Collections.newSetFromMap(new IdentityHashMap<>());
    own.addAll(made);
    for (Variable v : made) {
      v.saved().forEach(saved -> addTo(needed, saved));
      for (Variable input : v.inputs()) {
        // a function may hand on the value of its input, or need it once more
        if (v.isSpared() || !own.contains(input)) {
          addTo(needed, input.value());
        }
      }
    }
    for (Variable v : made) {
      Tensor value = v.value();
      if (!value.isFreed() && !value.isView() && !needed.contains(value.storage())) {
        value.release(FREED);
      }
    }
  }

  private static void addTo(Set<Storage> needed, Tensor t) {
    if (!t.isFreed()) {
      needed.add(t.storage());
    }
  }
}
