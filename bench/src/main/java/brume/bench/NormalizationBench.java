package brume.bench;

import brume.autograd.Variable;
import brume.autograd.function.norm.GroupNorm;
import brume.autograd.function.norm.GroupNormSiLU;
import brume.autograd.function.norm.RmsNorm;
import brume.tensor.Shape;
import brume.tensor.Tensor;
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
 * Normalizations of a U-Net on 28 by 28 images, batch 32. Forward passes read x and write y; backward
 * passes read x and dy and write dx.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx2g"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls prepare() first
public class NormalizationBench {

  private static final int GROUPS = 8;
  private static final double EPS = 1e-5;

  /** Images, height, width, channels. */
  @Param({"32x28x28x32", "32x7x7x128"})
  public String shape = "";

  private Variable x;
  private Variable gamma;
  private Variable beta;
  private Variable scaleShift;
  private Tensor dy;

  /** Made by JMH. */
  public NormalizationBench() {}

  /**
   * Draws the operands.
   *
   * @param machine makes tensors
   */
  @Setup
  public void prepare(Machine machine) {
    Shape at =
        Shape.of(Arrays.stream(shape.split("x")).mapToInt(Integer::parseInt).toArray());
    int channels = at.dim(-1);
    x = Variable.parameter(machine.normal(at));
    gamma = Variable.parameter(machine.normal(channels));
    beta = Variable.parameter(machine.normal(channels));
    scaleShift = Variable.parameter(machine.normal(at.dim(0), 2 * channels));
    dy = machine.normal(at);
  }

  /**
   * Group normalization.
   *
   * @param work counts the traffic
   */
  @Benchmark
  public void groupNorm(Work work) {
    Passes.forward(this::normalized);
    forward(work);
  }

  /**
   * Group normalization and its gradients.
   *
   * @param work counts the traffic
   */
  @Benchmark
  public void groupNormTraining(Work work) {
    Passes.forwardAndBackward(this::normalized, dy);
    training(work);
  }

  /**
   * Group normalization, scale and shift by the time, and SiLU, fused.
   *
   * @param work counts the traffic
   */
  @Benchmark
  public void groupNormSiLU(Work work) {
    Passes.forward(this::activated);
    forward(work);
  }

  /**
   * The fused function and its gradients.
   *
   * @param work counts the traffic
   */
  @Benchmark
  public void groupNormSiLUTraining(Work work) {
    Passes.forwardAndBackward(this::activated, dy);
    training(work);
  }

  /**
   * Every position's channels to length √C.
   *
   * @param work counts the traffic
   */
  @Benchmark
  public void rmsNorm(Work work) {
    Passes.forward(this::lengthened);
    forward(work);
  }

  /**
   * The same and its gradients.
   *
   * @param work counts the traffic
   */
  @Benchmark
  public void rmsNormTraining(Work work) {
    Passes.forwardAndBackward(this::lengthened, dy);
    training(work);
  }

  private Variable normalized() {
    return GroupNorm.groupNorm(x, gamma, beta, GROUPS, EPS);
  }

  private Variable activated() {
    return GroupNormSiLU.groupNormSiLU(x, gamma, beta, scaleShift, GROUPS, EPS);
  }

  private Variable lengthened() {
    return RmsNorm.rmsNorm(x, gamma);
  }

  private void forward(Work work) {
    work.add(0, 2.0 * dy.shape().size());
  }

  private void training(Work work) {
    work.add(0, 5.0 * dy.shape().size());
  }
}
