package brume.cuda.emulator;

import java.util.HashMap;
import java.util.Map;

/**
 * Which blocks of a launch have met in an atomic operation on device memory, and so tell each other what
 * they have written: those whose threads wrote, passed a barrier, and let one of them pass a fence and
 * meet. Who meets later and passes a barrier may read it. Mutable; such blocks run one after the other.
 */
final class Meetings {

  private final Map<Long, Integer> barriersBefore = new HashMap<>();

  /** Notes that a block has met after so many barriers, and has told what it wrote before the last. */
  void add(long block, int barriers) {
    barriersBefore.put(block, barriers);
  }

  /** Whether a block has told what it wrote after so many barriers. */
  boolean tell(long block, int barriers) {
    return barriers < barriersBefore.getOrDefault(block, 0);
  }
}
