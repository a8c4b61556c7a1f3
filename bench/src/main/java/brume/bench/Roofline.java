package brume.bench;

import static jdk.incubator.vector.FloatVector.fromArray;

import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.CompilerControl;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What this machine can do at best, the yardstick of all other benchmarks: multiplications with
 * additions on registers alone, and traffic with memory of three sizes, on one core and on all.
 *
 * @see <a href="https://doi.org/10.1145/1498765.1498785">Williams, Waterman and Patterson, Roofline
 *     (2009)</a>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx2g"})
@Warmup(iterations = 4, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class Roofline {

  private static final VectorSpecies<Float> PREFERRED = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Float> BITS_256 = FloatVector.SPECIES_256;
  private static final int ROUNDS = 1 << 10; // short calls: only many of them are compiled well
  private static final int CHAINS = 12; // more than latency times ports, less than registers
  private static final float FACTOR = 0.5f;

  private final float[] numbers = new float[(CHAINS + 2) * 16];

  /** Made by JMH. */
  public Roofline() {
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (i + 1) * 1e-3f;
    }
  }

  /** Two or three arrays that fill a part of memory together, of every thread its own. */
  @State(Scope.Thread)
  public static class WorkingSet {

    /**
     * KiB of all arrays of a thread: in the second level of cache, in the last one, and beyond them on
     * most machines.
     */
    @Param({"512", "8192", "196608"})
    public int kib;

    private float[] a = {};
    private float[] b = {};
    private float[] c = {};

    /** Made by JMH. */
    public WorkingSet() {}

    /** Touches every page. */
    @Setup
    public void fill() {
      int length = kib * 256 / 3;
      a = new float[length];
      b = new float[length];
      c = new float[length];
      for (int i = 0; i < length; i++) {
        b[i] = i;
        c[i] = -i;
      }
    }
  }

  // ---- Arithmetic -------------------------------------------------------------------------------

  /**
   * One core, vectors of the preferred width.
   *
   * @param work counts the arithmetic
   * @return a number that depends on all of it
   */
  @Benchmark
  @Threads(1)
  public float fmaOneCore(Work work) {
    return fma(PREFERRED, work);
  }

  /**
   * All cores, vectors of the preferred width.
   *
   * @param work counts the arithmetic
   * @return a number that depends on all of it
   */
  @Benchmark
  @Threads(Threads.MAX)
  public float fmaAllCores(Work work) {
    return fma(PREFERRED, work);
  }

  /**
   * One core, vectors of 256 bits.
   *
   * @param work counts the arithmetic
   * @return a number that depends on all of it
   */
  @Benchmark
  @Threads(1)
  public float fma256OneCore(Work work) {
    return fma(BITS_256, work);
  }

  /**
   * All cores, vectors of 256 bits.
   *
   * @param work counts the arithmetic
   * @return a number that depends on all of it
   */
  @Benchmark
  @Threads(Threads.MAX)
  public float fma256AllCores(Work work) {
    return fma(BITS_256, work);
  }

  // Inlined for the species to be a constant, without which nothing is compiled to vectors.
  @CompilerControl(CompilerControl.Mode.INLINE)
  private float fma(VectorSpecies<Float> species, Work work) {
    int lanes = species.length();
    FloatVector x = fromArray(species, numbers, 0), y = fromArray(species, numbers, lanes);
    FloatVector c0 = fromArray(species, numbers, 2 * lanes);
    FloatVector c1 = fromArray(species, numbers, 3 * lanes);
    FloatVector c2 = fromArray(species, numbers, 4 * lanes);
    FloatVector c3 = fromArray(species, numbers, 5 * lanes);
    FloatVector c4 = fromArray(species, numbers, 6 * lanes);
    FloatVector c5 = fromArray(species, numbers, 7 * lanes);
    FloatVector c6 = fromArray(species, numbers, 8 * lanes);
    FloatVector c7 = fromArray(species, numbers, 9 * lanes);
    FloatVector c8 = fromArray(species, numbers, 10 * lanes);
    FloatVector c9 = fromArray(species, numbers, 11 * lanes);
    FloatVector c10 = fromArray(species, numbers, 12 * lanes);
    FloatVector c11 = fromArray(species, numbers, 13 * lanes);
    for (int i = 0; i < ROUNDS; i++) {
      c0 = x.fma(y, c0);
      c1 = x.fma(y, c1);
      c2 = x.fma(y, c2);
      c3 = x.fma(y, c3);
      c4 = x.fma(y, c4);
      c5 = x.fma(y, c5);
      c6 = x.fma(y, c6);
      c7 = x.fma(y, c7);
      c8 = x.fma(y, c8);
      c9 = x.fma(y, c9);
      c10 = x.fma(y, c10);
      c11 = x.fma(y, c11);
    }
    work.add((double) ROUNDS * CHAINS * lanes, 0);
    FloatVector sum = c0.add(c1).add(c2).add(c3).add(c4).add(c5);
    return sum.add(c6).add(c7).add(c8).add(c9).add(c10).add(c11).reduceLanes(VectorOperators.ADD);
  }

  // ---- Memory -----------------------------------------------------------------------------------

  /**
   * a = b on one core.
   *
   * @param of the arrays
   * @param work counts bytes read and written
   */
  @Benchmark
  @Threads(1)
  public void copyOneCore(WorkingSet of, Work work) {
    copy(of, work);
  }

  /**
   * a = b on all cores.
   *
   * @param of the arrays
   * @param work counts bytes read and written
   */
  @Benchmark
  @Threads(Threads.MAX)
  public void copyAllCores(WorkingSet of, Work work) {
    copy(of, work);
  }

  /**
   * a = b + s*c on one core.
   *
   * @param of the arrays
   * @param work counts bytes read and written
   */
  @Benchmark
  @Threads(1)
  public void triadOneCore(WorkingSet of, Work work) {
    triad(of, work);
  }

  /**
   * a = b + s*c on all cores.
   *
   * @param of the arrays
   * @param work counts bytes read and written
   */
  @Benchmark
  @Threads(Threads.MAX)
  public void triadAllCores(WorkingSet of, Work work) {
    triad(of, work);
  }

  private static void copy(WorkingSet of, Work work) {
    System.arraycopy(of.b, 0, of.a, 0, of.a.length);
    work.add(0, 2.0 * of.a.length);
  }

  private static void triad(WorkingSet of, Work work) {
    float[] a = of.a, b = of.b, c = of.c;
    for (int i = 0; i < PREFERRED.loopBound(a.length); i += PREFERRED.length()) {
      fromArray(PREFERRED, c, i).mul(FACTOR).add(fromArray(PREFERRED, b, i)).intoArray(a, i);
    }
    work.add(0, 3.0 * a.length);
  }
}
