package brume.bench;

import brume.tensor.Tensor;
import brume.tensor.kernel.MatmulGeometry;
import java.util.Arrays;
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
 * Matrix products: square ones, tall ones, the long sums of weight gradients, and the batches of
 * attention.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx2g"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls prepare() first
public class MatmulBench {

  /** Batch, M, N, K, and which of A and B are transposed. */
  @Param({
    "1x512x512x512xNN",
    "1x1024x1024x1024xNN",
    "1x2048x2048x2048xNN",
    "1x25088x384x32xNT",
    "1x25088x32x128xNT",
    "1x32x64x25088xTN",
    "1x32x256x128xNT",
    "128x49x49x32xNT",
    "128x784x32x32xNN"
  })
  public String shape = "";

  private MatmulGeometry at;
  private Tensor a;
  private Tensor b;
  private Tensor c;

  /** Made by JMH. */
  public MatmulBench() {}

  /**
   * Draws the operands.
   *
   * @param machine makes tensors
   */
  @Setup
  public void prepare(Machine machine) {
    String[] words = shape.split("x");
    int[] sizes = Arrays.stream(words).limit(4).mapToInt(Integer::parseInt).toArray();
    boolean transposeA = words[4].charAt(0) == 'T', transposeB = words[4].charAt(1) == 'T';
    at = MatmulGeometry.batched(sizes[0], sizes[1], sizes[2], sizes[3], transposeA, transposeB);
    a = machine.normal(at.batch(), at.m(), at.k());
    b = machine.normal(at.batch(), at.k(), at.n());
    c = machine.normal(at.batch(), at.m(), at.n());
  }

  /**
   * C = A*B.
   *
   * @param machine computes
   * @param work counts the arithmetic
   */
  @Benchmark
  public void multiply(Machine machine, Work work) {
    machine.device().matmul().matmul(at, 1, a, b, 0, c);
    work.add(Cost.of(at));
  }
}
