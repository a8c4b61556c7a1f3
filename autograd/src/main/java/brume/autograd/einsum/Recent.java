package brume.autograd.einsum;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Remembers what was computed for the keys used last, and forgets the rest. Mutable; any thread may
 * ask.
 */
final class Recent<K, V> {

  private static final int CAPACITY = 512; // a large network asks for some dozens

  private final Map<K, V> known =
      new LinkedHashMap<>(16, 0.75f, true); // as usual, but in the order of use
  private final Function<K, V> compute;

  Recent(Function<K, V> compute) {
    this.compute = compute;
  }

  /** The value of a key, computed unless it is remembered. */
  synchronized V of(K key) {
    V value = known.get(key);
    if (value == null) {
      value = compute.apply(key);
      known.put(key, value);
      if (known.size() > CAPACITY) {
        known.remove(known.keySet().iterator().next());
      }
    }
    return value;
  }
}
