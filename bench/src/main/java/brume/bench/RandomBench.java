package brume.bench;

import brume.tensor.Tensor;
import brume.tensor.random.RandomKey;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Random numbers: as many as a batch of 28 by 28 pixels has, and a million. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx2g"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls prepare() first
public class RandomBench {

  private static final RandomKey KEY = RandomKey.of(1);

  /** How many. */
  @Param({"25088", "1048576"})
  public int shape;

  private Tensor y;
  private long drawn;

  /** Made by JMH. */
  public RandomBench() {}

  /**
   * Makes room.
   *
   * @param machine makes tensors
   */
  @Setup
  public void prepare(Machine machine) {
    y = machine.normal(shape);
  }

  /**
   * Between 0 and 1.
   *
   * @param machine computes
   * @param work counts the traffic
   */
  @Benchmark
  public void uniform(Machine machine, Work work) {
    machine.device().random().uniform(KEY, drawn, y);
    count(work);
  }

  /**
   * Standard normal.
   *
   * @param machine computes
   * @param work counts the traffic
   */
  @Benchmark
  public void normal(Machine machine, Work work) {
    machine.device().random().normal(KEY, drawn, y);
    count(work);
  }

  private void count(Work work) {
    drawn += shape;
    work.add(0, shape);
  }
}
