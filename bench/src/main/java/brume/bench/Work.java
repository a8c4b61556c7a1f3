package brume.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Counts arithmetic and the least traffic with memory, which JMH then reports per second. Mutable:
 * benchmarks add to it.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Work {

  /** Billions of additions and multiplications done; 0 if something else takes the time. */
  public double gflop;

  /** Billions of bytes that had to be read or written, every tensor once. */
  public double gbyte;

  /** Made by JMH. */
  public Work() {}

  /**
   * Adds one operation.
   *
   * @param multiplyAdds number of multiplications, each followed by an addition
   * @param floats numbers read and numbers written
   */
  void add(double multiplyAdds, double floats) {
    gflop += 2e-9 * multiplyAdds;
    gbyte += 4e-9 * floats;
  }

  /**
   * Adds one operation.
   *
   * @param cost of it
   */
  void add(Cost cost) {
    add(cost.multiplyAdds(), cost.floats());
  }
}
