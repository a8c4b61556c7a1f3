package brume.bench;

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

/**
 * Whole steps of a U-Net: one of training, and one of sampling. Arithmetic is that of convolutions,
 * matrix products and attention, by definition.
 */
@BenchmarkMode(Mode.Throughput)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx3g"})
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 4, time = 2)
public class UNetStepBench {

  /** Made by JMH. */
  public UNetStepBench() {}

  /** A network that learns. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls prepare() first
  public static class Learning {

    /** Images, height and width, channels; dim, and its multiples with dashes between them. */
    @Param({"32x28x1x32x1-2-4", "64x28x1x16x1-2-4", "16x32x3x64x1-2-4-8"})
    public String shape = "";

    private StepNetwork network;
    private Cost arithmetic;

    /** Made by JMH. */
    public Learning() {}

    /**
     * Makes the network and counts its arithmetic.
     *
     * @param machine computes
     */
    @Setup
    public void prepare(Machine machine) {
      network = StepNetwork.of(machine.device(), shape);
      arithmetic = StepNetwork.costOfOne(machine.device(), shape, true).times(network.batch());
    }
  }

  /** A network that has learned. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls prepare() first
  public static class Learned {

    /** Images, height and width, channels; dim, and its multiples with dashes between them. */
    @Param({
      "64x28x1x32x1-2-4",
      "1x28x1x32x1-2-4",
      "64x28x1x16x1-2-4",
      "1x28x1x16x1-2-4",
      "64x32x3x64x1-2-4-8",
      "1x32x3x64x1-2-4-8"
    })
    public String shape = "";

    private StepNetwork network;
    private Cost arithmetic;

    /** Made by JMH. */
    public Learned() {}

    /**
     * Makes the network and counts its arithmetic.
     *
     * @param machine computes
     */
    @Setup
    public void prepare(Machine machine) {
      network = StepNetwork.of(machine.device(), shape);
      arithmetic = StepNetwork.costOfOne(machine.device(), shape, false).times(network.batch());
    }
  }

  /**
   * Noise drawn, forward, backward, Adam.
   *
   * @param at the network
   * @param work counts the arithmetic
   */
  @Benchmark
  public void training(Learning at, Work work) {
    at.network.train();
    work.add(at.arithmetic.multiplyAdds(), 0);
  }

  /**
   * Forward without a tape.
   *
   * @param at the network
   * @param work counts the arithmetic
   */
  @Benchmark
  public void sampling(Learned at, Work work) {
    at.network.sample();
    work.add(at.arithmetic.multiplyAdds(), 0);
  }
}
