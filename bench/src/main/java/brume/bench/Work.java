package brume.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Counts arithmetic, which JMH then reports per second. Mutable: benchmarks add to it. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Work {

  /** Billions of additions and multiplications done. */
  public double gflop;

  /** Made by JMH. */
  public Work() {}

  /**
   * Adds the arithmetic of one operation.
   *
   * @param multiplyAdds number of multiplications, each followed by an addition
   */
  void add(double multiplyAdds) {
    gflop += 2e-9 * multiplyAdds;
  }
}
