package brume.bench;

import brume.autograd.Variable;
import brume.autograd.function.attention.Attention;
import brume.autograd.function.attention.LinearSelfAttention;
import brume.autograd.function.reduce.Softmax;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.AttentionGeometry;
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
 * Attention of a U-Net on 28 by 28 images, batch 32, with 4 heads of 32 channels, and softmax alone:
 * full attention of queries, keys and values, linear attention with its projections.
 */
@BenchmarkMode(Mode.Throughput)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx2g"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AttentionBench {

  private static final int HEADS = 4;
  private static final int HEAD = 32; // channels of one
  private static final double SCALE = 1 / Math.sqrt(HEAD);

  /** Made by JMH. */
  public AttentionBench() {}

  /** Queries, keys and values of every head side by side. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls prepare() first
  public static class Full {

    /** Images and positions of each. */
    @Param({"32x49", "32x196"})
    public String shape = "";

    private Variable qkv;
    private Tensor dy;
    private Cost forward;
    private Cost backward;

    /** Made by JMH. */
    public Full() {}

    /**
     * Draws the operands.
     *
     * @param machine makes tensors
     */
    @Setup
    public void prepare(Machine machine) {
      int[] at = sizes(shape);
      Tensor t = machine.normal(at[0], at[1], 3 * HEADS * HEAD);
      qkv = Variable.parameter(t);
      dy = machine.normal(at[0], at[1], HEADS * HEAD);
      AttentionGeometry geometry = AttentionGeometry.packed(t.shape(), HEADS);
      forward = Cost.of(KernelCall.of("attention", geometry, t, t, t, dy));
      backward = Cost.of(KernelCall.of("attentionGrad", geometry, t, t, t, dy, t, t, t));
    }
  }

  /** What queries, keys and values are projected from, and by what, as is the result. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls prepare() first
  public static class Linear {

    /** Images, positions of each, channels. */
    @Param({"32x784x32", "32x196x64"})
    public String shape = "";

    private Variable x;
    private Variable w;
    private Variable out;
    private Variable bias;
    private Tensor dy;
    private Cost forward;
    private Cost backward;

    /** Made by JMH. */
    public Linear() {}

    /**
     * Draws the operands.
     *
     * @param machine makes tensors
     */
    @Setup
    public void prepare(Machine machine) {
      int[] at = sizes(shape);
      Tensor xs = machine.normal(at), ws = machine.normal(3 * HEADS * HEAD, at[2]);
      Tensor outs = machine.normal(at[2], HEADS * HEAD);
      x = Variable.parameter(xs);
      w = Variable.parameter(ws);
      out = Variable.parameter(outs);
      bias = Variable.parameter(machine.normal(at[2]));
      dy = machine.normal(at);
      AttentionGeometry geometry =
          AttentionGeometry.packed(Shape.of(at[0], at[1], 3 * HEADS * HEAD), HEADS);
      forward = Cost.of(KernelCall.of("linearSelfAttention", geometry, xs, ws, outs, dy));
      backward = Cost.of(
          KernelCall.of("linearSelfAttentionGrad", geometry, xs, ws, outs, dy, xs, ws, outs));
    }
  }

  /** Rows of numbers. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls prepare() first
  public static class Rows {

    /** Rows and numbers of each. */
    @Param("25088x196")
    public String shape = "";

    private Variable x;
    private Tensor dy;

    /** Made by JMH. */
    public Rows() {}

    /**
     * Draws the operands.
     *
     * @param machine makes tensors
     */
    @Setup
    public void prepare(Machine machine) {
      x = Variable.parameter(machine.normal(sizes(shape)));
      dy = machine.normal(sizes(shape));
    }
  }

  /**
   * Every position at every other.
   *
   * @param at operands
   * @param work counts the arithmetic
   */
  @Benchmark
  public void full(Full at, Work work) {
    Passes.forward(() -> fullAttention(at));
    work.add(at.forward);
  }

  /**
   * The same and its gradients.
   *
   * @param at operands
   * @param work counts the arithmetic
   */
  @Benchmark
  public void fullTraining(Full at, Work work) {
    Passes.forwardAndBackward(() -> fullAttention(at), at.dy);
    work.add(at.forward.plus(at.backward));
  }

  /**
   * Every position at one summary of all, projections included.
   *
   * @param at operands
   * @param work counts the arithmetic
   */
  @Benchmark
  public void linear(Linear at, Work work) {
    Passes.forward(() -> linearAttention(at));
    work.add(at.forward);
  }

  /**
   * The same and its gradients.
   *
   * @param at operands
   * @param work counts the arithmetic
   */
  @Benchmark
  public void linearTraining(Linear at, Work work) {
    Passes.forwardAndBackward(() -> linearAttention(at), at.dy);
    work.add(at.forward.plus(at.backward));
  }

  /**
   * Softmax of every row.
   *
   * @param at operands
   * @param work counts the traffic
   */
  @Benchmark
  public void softmax(Rows at, Work work) {
    Passes.forward(() -> Softmax.softmax(at.x));
    work.add(0, 2.0 * at.dy.shape().size());
  }

  /**
   * The same and its gradient.
   *
   * @param at operands
   * @param work counts the traffic
   */
  @Benchmark
  public void softmaxTraining(Rows at, Work work) {
    Passes.forwardAndBackward(() -> Softmax.softmax(at.x), at.dy);
    work.add(0, 5.0 * at.dy.shape().size());
  }

  private static Variable fullAttention(Full at) {
    return Attention.attention(at.qkv, HEADS, SCALE);
  }

  private static Variable linearAttention(Linear at) {
    return LinearSelfAttention.linearSelfAttention(at.x, at.w, at.out, at.bias, HEADS, SCALE);
  }

  private static int[] sizes(String shape) {
    return Arrays.stream(shape.split("x")).mapToInt(Integer::parseInt).toArray();
  }
}
