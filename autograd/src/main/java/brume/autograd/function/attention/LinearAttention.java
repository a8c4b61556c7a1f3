package brume.autograd.function.attention;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.AttentionGeometry;
import brume.tensor.kernel.AttentionKernels;

/**
 * Attention whose cost grows linearly with the number of positions: keys and values meet first, in a
 * matrix of channels by channels. For every sample and head:
 *
 * <pre>
 *   forward    q̂  = softmax over D of q,  k̂ = softmax over the positions of k
 *              c  = k̂ᵀ·v
 *              y  = s·q̂·c
 *
 *   backward   dc = s·q̂ᵀ·dy,  dq̂ = s·dy·cᵀ
 *              dk̂ = v·dcᵀ,    dv = k̂·dc
 *              dq and dk from dq̂ and dk̂ as in {@link brume.autograd.function.reduce.Softmax Softmax}
 * </pre>
 *
 * @param at sizes, and where q, k and v lie in their tensors
 * @param v (N, LK, ...) saved values; packed, the tensor of all three
 * @param scale saved s
 * @param qhat (N, LQ, heads·D) saved q̂
 * @param khat (N, LK, heads·D) saved k̂
 * @param context (N, heads, D, DV) saved c
 * @see <a href="https://arxiv.org/abs/1812.01243">Shen et al., Efficient Attention (2018), §3.3</a>
 */
public record LinearAttention(
    AttentionGeometry at, Tensor v, double scale, Tensor qhat, Tensor khat, Tensor context)
    implements Differentiable {

  /**
   * Linear attention of every position to every position.
   *
   * @param qkv (N, L, ..., 3·heads·D) queries, then keys, then values
   * @param heads number of heads
   * @param scale factor of the queries, 1/√D as a rule
   * @return (N, L, ..., heads·D)
   * @throws ShapeException if the channels are not a multiple of three times the heads
   */
  public static Variable linearAttention(Variable qkv, int heads, double scale) {
    AttentionGeometry at = AttentionGeometry.packed(qkv.shape(), heads);
    Shape inner = qkv.shape().with(-1, at.inner());
    Tensor t = qkv.value(), y = t.like(inner), qhat = t.like(inner), khat = t.like(inner);
    return Variable.of(y, forward(at, t, t, t, scale, y, qhat, khat), qkv);
  }

  /**
   * Linear attention of queries to keys from elsewhere.
   *
   * @param q (N, LQ, ..., heads·D) queries
   * @param k (N, LK, ..., heads·D) keys
   * @param v (N, LK, ..., heads·DV) values, which may be wider or narrower than the keys
   * @param heads number of heads
   * @param scale factor of the queries, 1/√D as a rule
   * @return (N, LQ, ..., heads·DV), of the shape of {@code q} but for its channels
   * @throws ShapeException if the three do not fit together
   */
  public static Variable linearAttention(
      Variable q, Variable k, Variable v, int heads, double scale) {
    AttentionGeometry at = AttentionGeometry.separate(q.shape(), k.shape(), v.shape(), heads);
    Tensor qs = q.value(), ks = k.value(), vs = v.value();
    Tensor y = qs.like(q.shape().with(-1, at.innerV())), qhat = qs.like(), khat = ks.like();
    return Variable.of(y, forward(at, qs, ks, vs, scale, y, qhat, khat), q, k, v);
  }

  private static LinearAttention forward(
      AttentionGeometry at,
      Tensor q,
      Tensor k,
      Tensor v,
      double scale,
      Tensor y,
      Tensor qhat,
      Tensor khat) {
    Tensor context = q.like(Shape.of(at.n(), at.heads(), at.d(), at.dv()));
    AttentionKernels.of(q).linearAttention(at, q, k, v, scale, y, qhat, khat, context);
    return new LinearAttention(at, v, scale, qhat, khat, context);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    boolean packed = Attention.isPacked(at);
    Tensor dv = v.like(), dq = packed ? dv : qhat.like(), dk = packed ? dv : khat.like();
    AttentionKernels.of(v).linearAttentionGrad(at, v, scale, qhat, khat, context, dy, dq, dk, dv);
    grads.put(0, dq);
    if (!packed) {
      grads.put(1, dk);
      grads.put(2, dv);
    }
  }
}
