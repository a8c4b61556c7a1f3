package brume.autograd.function.attention;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.tensor.DeviceException;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.AttentionGeometry;
import brume.tensor.kernel.AttentionKernels;
import java.util.stream.Stream;

/**
 * Scaled dot-product attention over heads that lie side by side in the channels. For every sample and
 * head:
 *
 * <pre>
 *   forward    p  = softmax(s·q·kᵀ)
 *              y  = p·v
 *
 *   backward   dv = pᵀ·dy
 *              dp = dy·vᵀ
 *              ds = p·(dp − Σ dp·p)           element by element, Σ over keys
 *              dq = s·ds·k,  dk = s·dsᵀ·q
 * </pre>
 *
 * @param at sizes, and where q, k and v lie in their tensors
 * @param q (N, LQ, ...) saved queries
 * @param k (N, LK, ...) saved keys; packed, the tensor of q
 * @param v (N, LK, ...) saved values; packed, the tensor of q
 * @param scale saved s
 * @param p (N, heads, LQ, LK) saved weights
 * @see <a href="https://arxiv.org/abs/1706.03762">Vaswani et al., Attention Is All You Need (2017),
 *     §3.2</a>
 */
public record Attention(AttentionGeometry at, Tensor q, Tensor k, Tensor v, double scale, Tensor p)
    implements Differentiable {

  /**
   * Attention of every position to every position.
   *
   * @param qkv (N, L, ..., 3·heads·D) queries, then keys, then values
   * @param heads number of heads
   * @param scale factor of the products, 1/√D as a rule
   * @return (N, L, ..., heads·D)
   * @throws ShapeException if the channels are not a multiple of three times the heads
   */
  public static Variable attention(Variable qkv, int heads, double scale) {
    AttentionGeometry at = AttentionGeometry.packed(qkv.shape(), heads);
    Tensor t = qkv.value(), y = t.like(qkv.shape().with(-1, at.inner()));
    if (isForgotten(qkv)) {
      AttentionKernels.of(t).attend(at, t, t, t, scale, y);
      return Variable.constant(y);
    }
    return Variable.of(y, forward(at, t, t, t, scale, y), qkv);
  }

  /**
   * Attention of queries to keys from elsewhere.
   *
   * @param q (N, LQ, ..., heads·D) queries
   * @param k (N, LK, ..., heads·D) keys
   * @param v (N, LK, ..., heads·DV) values, which may be wider or narrower than the keys
   * @param heads number of heads
   * @param scale factor of the products, 1/√D as a rule
   * @return (N, LQ, ..., heads·DV), of the shape of {@code q} but for its channels
   * @throws ShapeException if the three do not fit together
   */
  public static Variable attention(Variable q, Variable k, Variable v, int heads, double scale) {
    AttentionGeometry at = AttentionGeometry.separate(q.shape(), k.shape(), v.shape(), heads);
    Tensor y = q.value().like(q.shape().with(-1, at.innerV()));
    if (isForgotten(q, k, v)) {
      Stream.of(k, v).forEach(input -> DeviceException.unlessTogether(input.value(), y));
      AttentionKernels.of(y).attend(at, q.value(), k.value(), v.value(), scale, y);
      return Variable.constant(y);
    }
    return Variable.of(y, forward(at, q.value(), k.value(), v.value(), scale, y), q, k, v);
  }

  /** Whether no backward pass will come that needs the weights. */
  private static boolean isForgotten(Variable... inputs) {
    return !Tape.isRecording() || Stream.of(inputs).noneMatch(Variable::requiresGradient);
  }

  private static Attention forward(
      AttentionGeometry at, Tensor q, Tensor k, Tensor v, double scale, Tensor y) {
    Tensor p = q.like(Shape.of(at.n(), at.heads(), at.lq(), at.lk()));
    AttentionKernels.of(q).attention(at, q, k, v, scale, y, p);
    return new Attention(at, q, k, v, scale, p);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    boolean packed = isPacked(at);
    Tensor dq = q.like(), dk = packed ? dq : k.like(), dv = packed ? dq : v.like();
    AttentionKernels.of(q).attentionGrad(at, q, k, v, scale, p, dy, dq, dk, dv);
    grads.put(0, dq);
    if (!packed) {
      grads.put(1, dk);
      grads.put(2, dv);
    }
  }

  static boolean isPacked(AttentionGeometry at) {
    return at.v().at() != at.q().at();
  }
}
