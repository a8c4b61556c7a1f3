package brume.autograd.function.attention;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.autograd.function.Expect;
import brume.autograd.function.Unbiased;
import brume.autograd.function.linear.AddBias;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.AttentionGeometry;
import brume.tensor.kernel.AttentionKernels;
import brume.tensor.kernel.ElementwiseKernels;

/**
 * {@link LinearAttention} of a tensor to itself, between projections made on the way:
 *
 * <pre>
 *   forward    q, k, v = x·wᵀ,  z = linear attention of q, k, v,  y = z·outᵀ + b
 *   backward   q, k, v and z again, dz = dy·out,  dout = dyᵀ·z,
 *              dq, dk, dv as in {@link LinearAttention},
 *              dx = (dq, dk, dv)·w,  dw = (dq, dk, dv)ᵀ·x,  db = Σ dy
 * </pre>
 *
 * <p>The tape keeps two numbers per column of keys instead of q, k, v, z and both softmaxes, which at
 * 28×28 positions and four heads of 32 channels are two megabytes a sample.
 *
 * @param at sizes
 * @param x (N, L, ..., C) saved input
 * @param w (3·heads·D, C) saved projections
 * @param out (O, heads·D) saved projection of the result
 * @param scale saved s
 * @param keyMax (N, heads·D) saved largest key of each column
 * @param keySum (N, heads·D) saved sum of exponentials of each column
 * @param context (N, heads, D, D) saved c
 * @see <a href="https://arxiv.org/abs/1812.01243">Shen et al., Efficient Attention (2018), §3.3</a>
 */
public record LinearSelfAttention(
    AttentionGeometry at,
    Tensor x,
    Tensor w,
    Tensor out,
    double scale,
    Tensor keyMax,
    Tensor keySum,
    Tensor context)
    implements Differentiable {

  private static final int X = 0, W = 1, OUT = 2, BIAS = 3;

  /**
   * Linear attention of every position to every position.
   *
   * @param x (N, L, ..., C)
   * @param w (3·heads·D, C) what makes queries, then keys, then values
   * @param out (O, heads·D) what makes the result of those of all heads
   * @param bias (O) b
   * @param heads number of heads
   * @param scale factor of the queries, 1/√D as a rule
   * @return (N, L, ..., O)
   * @throws ShapeException if the channels do not fit, those of {@code w} are not a multiple of three
   *     times the heads, or {@code bias} is not (O)
   */
  public static Variable linearSelfAttention(
      Variable x, Variable w, Variable out, Variable bias, int heads, double scale) {
    Unbiased attended = unbiased(x, w, out, bias, heads, scale);
    Tensor y = attended.y();
    ElementwiseKernels.of(y).addPerChannel(y, bias.value(), y);
    return attended.biased();
  }

  /**
   * The same, but for the bias, which is left to a function that goes through the result anyway.
   *
   * @param x (N, L, ..., C)
   * @param w (3·heads·D, C) what makes queries, then keys, then values
   * @param out (O, heads·D) what makes the result of those of all heads
   * @param bias (O) b
   * @param heads number of heads
   * @param scale factor of the queries, 1/√D as a rule
   * @return (N, L, ..., O)
   * @throws ShapeException as of {@link #linearSelfAttention}
   */
  public static Unbiased unbiased(
      Variable x, Variable w, Variable out, Variable bias, int heads, double scale) {
    ShapeException.unless(
        x.shape().rank() >= 2
            && w.shape().rank() == 2
            && w.shape().dim(1) == x.shape().dim(-1),
        "linearSelfAttention: expected x (N, ..., C) and w (3·heads·D, C), got x %s and w %s",
        x.shape(),
        w.shape());
    AttentionGeometry at = AttentionGeometry.packed(x.shape().with(-1, w.shape().dim(0)), heads);
    ShapeException.unless(
        out.shape().rank() == 2 && out.shape().dim(1) == at.inner(),
        "linearSelfAttention: expected out (O, %d) with w %s, got %s",
        at.inner(),
        w.shape(),
        out.shape());
    Expect.perOutput("linearSelfAttention", bias.shape(), out.shape());
    Tensor xs = x.value(), ws = w.value(), outs = out.value();
    Tensor y = xs.like(x.shape().with(-1, out.shape().dim(0)));
    Tensor keyMax = xs.like(Shape.of(at.n(), at.inner())), keySum = keyMax.like();
    Tensor context = xs.like(Shape.of(at.n(), at.heads(), at.d(), at.d()));
    AttentionKernels.of(xs)
        .linearSelfAttention(at, xs, ws, outs, scale, y, keyMax, keySum, context);
    LinearSelfAttention step =
        new LinearSelfAttention(at, xs, ws, outs, scale, keyMax, keySum, context);
    return new Attended(step, x, w, out, bias, y);
  }

  /** A result whose bias is yet to be added. */
  private record Attended(
      LinearSelfAttention step, Variable x, Variable w, Variable out, Variable bias, Tensor y)
      implements Unbiased {

    @Override
    public Variable biased() {
      return Variable.of(y, step, x, w, out, bias);
    }
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Tensor dx = x.like(), dw = w.like(), dout = out.like();
    AttentionKernels.of(x)
        .linearSelfAttentionGrad(at, x, w, out, scale, keyMax, keySum, context, dy, dx, dw, dout);
    grads.put(X, dx);
    grads.put(W, dw);
    grads.put(OUT, dout);
    grads.put(BIAS, () -> AddBias.biasGradient(dy));
  }
}
