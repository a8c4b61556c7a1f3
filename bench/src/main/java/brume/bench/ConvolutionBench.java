package brume.bench;

import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.ConvGeometry;
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
 * Convolutions of a U-Net on 28 by 28 images, batch 32, and the widest of one on 32 by 32, in all three
 * directions. Arithmetic is that of the definition, so a way that multiplies less may exceed the
 * roofline.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx2g"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls prepare() first
public class ConvolutionBench {

  /** Images, height and width, channels, channels of the result, size of filters, stride. */
  @Param({
    "32x28x32x32x3x1",
    "32x28x64x32x3x1",
    "32x14x64x64x3x1",
    "32x14x128x64x3x1",
    "32x7x128x128x3x1",
    "32x7x256x128x3x1",
    "16x4x512x512x3x1",
    "32x28x128x32x1x1",
    "32x14x96x64x1x1",
    "32x7x128x384x1x1",
    "32x28x1x32x7x1",
    "32x28x32x64x3x2"
  })
  public String shape = "";

  private ConvGeometry at;
  private Tensor x;
  private Tensor w;
  private Tensor y;
  private Tensor dx;
  private Tensor dw;

  /** Made by JMH. */
  public ConvolutionBench() {}

  /**
   * Draws the operands.
   *
   * @param machine makes tensors
   */
  @Setup
  public void prepare(Machine machine) {
    int[] sizes = Arrays.stream(shape.split("x")).mapToInt(Integer::parseInt).toArray();
    int kernel = sizes[4], stride = sizes[5];
    at = ConvGeometry.of(
        Shape.of(sizes[0], sizes[1], sizes[1], sizes[2]),
        Shape.of(sizes[3], kernel, kernel, sizes[2]),
        ConvGeometry.Window.strided(stride, (kernel - 1) / 2));
    x = machine.normal(at.x());
    w = machine.normal(at.filters());
    y = machine.normal(at.y());
    dx = x.like();
    dw = w.like();
  }

  /**
   * y from x and w.
   *
   * @param machine computes
   * @param work counts the arithmetic
   */
  @Benchmark
  public void forward(Machine machine, Work work) {
    machine.device().convolution().conv2d(at, x, w, y);
    count(work);
  }

  /**
   * dx from w and dy.
   *
   * @param machine computes
   * @param work counts the arithmetic
   */
  @Benchmark
  public void inputGrad(Machine machine, Work work) {
    machine.device().convolution().conv2dInputGrad(at, w, y, dx);
    count(work);
  }

  /**
   * dw from x and dy.
   *
   * @param machine computes
   * @param work counts the arithmetic
   */
  @Benchmark
  public void filterGrad(Machine machine, Work work) {
    machine.device().convolution().conv2dFilterGrad(at, x, y, dw);
    count(work);
  }

  private void count(Work work) {
    work.add(Cost.of(at));
  }
}
