package brume.tensor.kernel;

import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;

/** Softmax, and attention over heads that lie side by side in the channels. */
public interface AttentionKernels {

  /**
   * The kernels of the device that holds {@code t}.
   *
   * @param t any tensor
   * @return its kernels
   */
  static AttentionKernels of(Tensor t) {
    return Backend.of(t).attention();
  }

  /**
   * Softmax over the last axis: y = eˣ/Σ eˣ, computed about the largest x.
   *
   * @param x (..., C) input
   * @param y (..., C) result, may be x
   */
  void softmax(Tensor x, Tensor y);

  /**
   * Gradient of {@link #softmax}: dx = y·(dy − Σ dy·y).
   *
   * @param y (..., C) result of the forward pass
   * @param dy (..., C) gradient with respect to y
   * @param dx (..., C) receives the gradient with respect to x, may be dy
   */
  void softmaxGrad(Tensor y, Tensor dy, Tensor dx);

  /**
   * Scaled dot-product attention, for every sample and head:
   *
   * <pre>
   *   p = softmax(s·q·kᵀ),   y = p·v
   * </pre>
   *
   * @param at sizes, and where q, k and v lie in their tensors
   * @param q (N, LQ, ...) queries
   * @param k (N, LK, ...) keys
   * @param v (N, LK, ...) values
   * @param scale s
   * @param y (N, LQ, heads·DV) result, densely packed
   * @param p (N, heads, LQ, LK) receives the weights
   */
  void attention(
      AttentionGeometry at, Tensor q, Tensor k, Tensor v, double scale, Tensor y, Tensor p);

  /**
   * {@link #attention} whose weights nobody will need: a backend need not store them.
   *
   * @param at sizes, and where q, k and v lie in their tensors
   * @param q (N, LQ, ...) queries
   * @param k (N, LK, ...) keys
   * @param v (N, LK, ...) values
   * @param scale s
   * @param y (N, LQ, heads·DV) result, densely packed
   */
  default void attend(AttentionGeometry at, Tensor q, Tensor k, Tensor v, double scale, Tensor y) {
    try (Scope scope = Scope.open("AttentionKernels.attend")) {
      Tensor p = q.like(Shape.of(at.n(), at.heads(), at.lq(), at.lk()));
      attention(at, q, k, v, scale, y, p);
    }
  }

  /**
   * Gradients of {@link #attention}:
   *
   * <pre>
   *   dv = pᵀ·dy,   dp = dy·vᵀ,   ds = p·(dp − Σ dp·p),   dq = s·ds·k,   dk = s·dsᵀ·q
   * </pre>
   *
   * @param at sizes, and where q, k and v (and so their gradients) lie in their tensors
   * @param q (N, LQ, ...) queries
   * @param k (N, LK, ...) keys
   * @param v (N, LK, ...) values
   * @param scale s
   * @param p (N, heads, LQ, LK) weights of the forward pass
   * @param dy (N, LQ, heads·DV) gradient with respect to y
   * @param dq receives the gradient with respect to q, in q's place of a tensor shaped like q's
   * @param dk the same for k, may be the tensor of dq
   * @param dv the same for v, may be the tensor of dq
   */
  void attentionGrad(
      AttentionGeometry at,
      Tensor q,
      Tensor k,
      Tensor v,
      double scale,
      Tensor p,
      Tensor dy,
      Tensor dq,
      Tensor dk,
      Tensor dv);

  /**
   * Linear attention, for every sample and head, in time linear in the number of positions:
   *
   * <pre>
   *   q̂ = softmax over D of q,   k̂ = softmax over the LK positions of k
   *   c = k̂ᵀ·v,                  y = s·q̂·c
   * </pre>
   *
   * @param at sizes, and where q, k and v lie in their tensors
   * @param q (N, LQ, ...) queries
   * @param k (N, LK, ...) keys
   * @param v (N, LK, ...) values
   * @param scale s
   * @param y (N, LQ, heads·DV) result, densely packed
   * @param qhat (N, LQ, heads·D) receives q̂
   * @param khat (N, LK, heads·D) receives k̂
   * @param context (N, heads, D, DV) receives c
   * @see <a href="https://arxiv.org/abs/1812.01243">Shen et al., Efficient Attention (2018)</a>
   */
  void linearAttention(
      AttentionGeometry at,
      Tensor q,
      Tensor k,
      Tensor v,
      double scale,
      Tensor y,
      Tensor qhat,
      Tensor khat,
      Tensor context);

  /**
   * Gradients of {@link #linearAttention}:
   *
   * <pre>
   *   dc = s·q̂ᵀ·dy,   dq̂ = s·dy·cᵀ,   dk̂ = v·dcᵀ,   dv = k̂·dc,   and back through both softmaxes
   * </pre>
   *
   * @param at sizes, and where v (and the gradients of q, k, v) lie in their tensors
   * @param v (N, LK, ...) values
   * @param scale s
   * @param qhat (N, LQ, heads·D) q̂ of the forward pass
   * @param khat (N, LK, heads·D) k̂ of the forward pass
   * @param context (N, heads, D, DV) c of the forward pass
   * @param dy (N, LQ, heads·DV) gradient with respect to y
   * @param dq receives the gradient with respect to q, in q's place of a tensor shaped like q's
   * @param dk the same for k, may be the tensor of dq
   * @param dv the same for v, may be the tensor of dq
   */
  void linearAttentionGrad(
      AttentionGeometry at,
      Tensor v,
      double scale,
      Tensor qhat,
      Tensor khat,
      Tensor context,
      Tensor dy,
      Tensor dq,
      Tensor dk,
      Tensor dv);

  /**
   * {@link #linearAttention} of a tensor to itself, from queries, keys and values that are projections
   * of it, and projected back. They and the results of the heads are often four times as wide as x and
   * y each, so a backend need not store them:
   *
   * <pre>
   *   q, k, v = x·wᵀ,   y = linearAttention(q, k, v)·outᵀ
   * </pre>
   *
   * @param at sizes, as of q, k and v side by side in that order
   * @param x (N, L, C) input
   * @param w (3·heads·D, C) projections
   * @param out (O, heads·D) projection of the result
   * @param scale s
   * @param y (N, L, O) result
   * @param keyMax (N, heads·D) receives the largest k of all positions
   * @param keySum (N, heads·D) receives the sum over the positions of e^(k − keyMax)
   * @param context (N, heads, D, D) receives c
   */
  void linearSelfAttention(
      AttentionGeometry at,
      Tensor x,
      Tensor w,
      Tensor out,
      double scale,
      Tensor y,
      Tensor keyMax,
      Tensor keySum,
      Tensor context);

  /**
   * Gradients of {@link #linearSelfAttention}, from q, k and v computed again. With z the result of
   * linear attention:
   *
   * <pre>
   *   dz = dy·out,   dout = dyᵀ·z
   *   dx = dq·w_q + dk·w_k + dv·w_v,   dw = dqᵀ·x, dkᵀ·x, dvᵀ·x
   * </pre>
   *
   * @param at sizes, as of q, k and v side by side in that order
   * @param x (N, L, C) input
   * @param w (3·heads·D, C) projections
   * @param out (O, heads·D) projection of the result
   * @param scale s
   * @param keyMax (N, heads·D) of the forward pass
   * @param keySum (N, heads·D) of the forward pass
   * @param context (N, heads, D, D) c of the forward pass
   * @param dy (N, L, O) gradient with respect to y
   * @param dx (N, L, C) receives the gradient with respect to x
   * @param dw (3·heads·D, C) receives the gradient with respect to w
   * @param dout (O, heads·D) receives the gradient with respect to out
   */
  void linearSelfAttentionGrad(
      AttentionGeometry at,
      Tensor x,
      Tensor w,
      Tensor out,
      double scale,
      Tensor keyMax,
      Tensor keySum,
      Tensor context,
      Tensor dy,
      Tensor dx,
      Tensor dw,
      Tensor dout);
}
