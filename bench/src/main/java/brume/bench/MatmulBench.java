package brume.bench;

import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.kernel.MatmulGeometry;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Matrix products: square ones, tall ones, and the long sums of weight gradients. */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx2g"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MatmulBench {

  /** Name of the backend. */
  @Param("cpu")
  public String backend = "";

  /** Batch, M, N, K, and which of A and B are transposed. */
  @Param({
    "1x512x512x512xNN",
    "1x1024x1024x1024xNN",
    "1x1024x1024x1024xNT",
    "1x25088x384x32xNT",
    "1x6272x64x384xNN",
    "1x32x64x25088xTN",
    "1x384x64x6272xTN",
    "1x32x256x128xNT",
    "128x49x49x32xNT",
    "128x49x32x49xNN",
    "128x32x32x784xTN"
  })
  public String product = "";

  private MatmulGeometry at = MatmulGeometry.single(1, 1, 1, false, false);

  /** Made by JMH. */
  public MatmulBench() {}

  /** Reads the sizes. */
  @Setup
  public void readProduct() {
    String[] words = product.split("x");
    int[] sizes = Arrays.stream(words).limit(4).mapToInt(Integer::parseInt).toArray();
    boolean transposeA = words[4].charAt(0) == 'T', transposeB = words[4].charAt(1) == 'T';
    at = MatmulGeometry.batched(sizes[0], sizes[1], sizes[2], sizes[3], transposeA, transposeB);
  }

  /**
   * C = A*B.
   *
   * @param work counts the arithmetic
   */
  @Benchmark
  public void multiply(Work work) {
    Backend device = Backends.named(backend);
    try (Scope scope = Scope.open()) {
      Tensor a = Tensor.empty(device, Shape.of(at.batch(), at.m(), at.k()));
      Tensor b = Tensor.empty(device, Shape.of(at.batch(), at.k(), at.n()));
      Tensor c = Tensor.empty(device, Shape.of(at.batch(), at.m(), at.n()));
      device.matmul().matmul(at, 1, a, b, 0, c);
    }
    work.add((double) at.batch() * at.m() * at.n() * at.k());
  }

  /**
   * Runs all of it.
   *
   * @param args not used
   * @throws RunnerException if JMH fails
   */
  public static void main(String[] args) throws RunnerException {
    new Runner(new OptionsBuilder().include(MatmulBench.class.getName()).build()).run();
  }
}
