package brume.bench;

import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.kernel.ConvGeometry;
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

/** Convolutions of a U-Net on 28 by 28 images, batch 32, in all three directions. */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx2g"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ConvolutionBench {

  private static final int BATCH = 32;

  /** Name of the backend. */
  @Param("cpu")
  public String backend = "";

  /** Height and width, channels of the image, channels of the result, size of the filters. */
  @Param({
    "28x32x32x3",
    "28x64x32x3",
    "14x64x64x3",
    "14x96x64x3",
    "14x128x64x3",
    "7x128x128x3",
    "7x192x128x3",
    "7x256x128x3",
    "28x32x384x1",
    "28x128x32x1",
    "14x64x384x1",
    "14x128x64x1",
    "28x1x32x7"
  })
  public String shape = "";

  private ConvGeometry at = geometry(1, 1, 1, 1);
  private double multiplyAdds;

  /** Made by JMH. */
  public ConvolutionBench() {}

  /** Reads the sizes. */
  @Setup
  public void readShape() {
    int[] sizes = Arrays.stream(shape.split("x")).mapToInt(Integer::parseInt).toArray();
    at = geometry(sizes[0], sizes[1], sizes[2], sizes[3]);
    multiplyAdds = (double) at.y().size() * at.kh() * at.kw() * at.cin();
  }

  private static ConvGeometry geometry(int size, int cin, int cout, int kernel) {
    return ConvGeometry.of(
        Shape.of(BATCH, size, size, cin),
        Shape.of(cout, kernel, kernel, cin),
        ConvGeometry.Window.padded(kernel / 2));
  }

  /**
   * y from x and w.
   *
   * @param work counts the arithmetic
   */
  @Benchmark
  public void forward(Work work) {
    Backend device = Backends.named(backend);
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.empty(device, at.x()), w = Tensor.empty(device, at.filters());
      device.convolution().conv2d(at, x, w, Tensor.empty(device, at.y()));
    }
    work.add(multiplyAdds);
  }

  /**
   * dx from w and dy.
   *
   * @param work counts the arithmetic
   */
  @Benchmark
  public void inputGrad(Work work) {
    Backend device = Backends.named(backend);
    try (Scope scope = Scope.open()) {
      Tensor w = Tensor.empty(device, at.filters()), dy = Tensor.empty(device, at.y());
      device.convolution().conv2dInputGrad(at, w, dy, Tensor.empty(device, at.x()));
    }
    work.add(multiplyAdds);
  }

  /**
   * dw from x and dy.
   *
   * @param work counts the arithmetic
   */
  @Benchmark
  public void filterGrad(Work work) {
    Backend device = Backends.named(backend);
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.empty(device, at.x()), dy = Tensor.empty(device, at.y());
      device.convolution().conv2dFilterGrad(at, x, dy, Tensor.empty(device, at.filters()));
    }
    work.add(multiplyAdds);
  }

  /**
   * Runs all of it.
   *
   * @param args not used
   * @throws RunnerException if JMH fails
   */
  public static void main(String[] args) throws RunnerException {
    new Runner(new OptionsBuilder().include(ConvolutionBench.class.getName()).build()).run();
  }
}
