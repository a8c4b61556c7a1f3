package brume.bench;

import brume.tensor.Tensor;
import brume.tensor.kernel.AdamCoefficients;
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

/** Steps of optimizers on one parameter: a small filter, and a million numbers. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx2g"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls prepare() first
public class OptimizerBench {

  private static final AdamCoefficients FIRST_STEP =
      new AdamCoefficients(1e-4, 0.9, 0.999, 1e-8, 0, 0, 1 - 0.9, 1 - 0.999);

  /** Numbers of the parameter. */
  @Param({"9216", "1048576"})
  public int shape;

  private Tensor g;
  private Tensor p;
  private Tensor m;
  private Tensor v;

  /** Made by JMH. */
  public OptimizerBench() {}

  /**
   * Draws the operands.
   *
   * @param machine makes tensors
   */
  @Setup
  public void prepare(Machine machine) {
    g = machine.normal(shape);
    p = machine.normal(shape);
    m = machine.normal(shape);
    v = machine.normal(shape);
    v.copyFrom(new float[shape]); // not below zero
  }

  /**
   * One step of Adam.
   *
   * @param machine computes
   * @param work counts the traffic
   */
  @Benchmark
  public void adam(Machine machine, Work work) {
    machine.device().optimizer().adam(FIRST_STEP, g, p, m, v);
    work.add(0, 7.0 * shape);
  }
}
