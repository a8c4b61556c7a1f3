package brume.cuda;

import brume.tensor.Scope;
import brume.tensor.Tensor;
import brume.tensor.kernel.AttentionGeometry;
import brume.tensor.kernel.AttentionKernels;

/** Attention on the GPU: softmax between matrix products of all samples and heads. */
final class CudaAttention implements AttentionKernels {

  private final CudaSoftmax softmax;
  private final HeadProducts products;
  private final CudaLinearSelfAttention selfAttention;

  CudaAttention(CudaSoftmax softmax, Products products, CudaLinearSelfAttention selfAttention) {
    this.softmax = softmax;
    this.products = new HeadProducts(products);
    this.selfAttention = selfAttention;
  }

  @Override
  public void softmax(Tensor x, Tensor y) {
    softmax.ofRows(x, y);
  }

  @Override
  public void softmaxGrad(Tensor y, Tensor dy, Tensor dx) {
    softmax.ofRowsGrad(y, dy, dx);
  }

  @Override
  public void attention(
      AttentionGeometry at, Tensor q, Tensor k, Tensor v, double scale, Tensor y, Tensor p) {
    HeadMatrices queries = HeadMatrices.of(at, at.lq(), at.q(), q);
    HeadMatrices keys = HeadMatrices.of(at, at.lk(), at.k(), k);
    HeadMatrices values = HeadMatrices.of(at, at.lk(), at.v(), v);
    HeadMatrices weights = HeadMatrices.apart(at, at.lq(), at.lk(), p);
    products.multiply(at, scale, queries, keys.transpose(), weights);
    softmax.ofRows(p, p);
    products.multiply(at, 1, weights, values, HeadMatrices.dense(at, at.lq(), y));
  }

  @Override
  public void attentionGrad(
      AttentionGeometry at,
      Tensor q,
      Tensor k,
      Tensor v,
      double scale,
      Tensor p,
      Tensor dy,
      Tensor dq,
      Tensor dk,
      Tensor dv) {
    HeadMatrices queries = HeadMatrices.of(at, at.lq(), at.q(), q);
    HeadMatrices keys = HeadMatrices.of(at, at.lk(), at.k(), k);
    HeadMatrices values = HeadMatrices.of(at, at.lk(), at.v(), v);
    HeadMatrices weights = HeadMatrices.apart(at, at.lq(), at.lk(), p);
    HeadMatrices dys = HeadMatrices.dense(at, at.lq(), dy);
    products.multiply(at, 1, weights.transpose(), dys, values.in(dv));
    try (Scope scratch = Scope.open()) {
      Tensor ds = p.like();
      HeadMatrices dscores = weights.in(ds);
      products.multiply(at, 1, dys, values.transpose(), dscores); // dp, until the next line
      softmax.ofRowsGrad(p, ds, ds);
      products.multiply(at, scale, dscores, keys, queries.in(dq));
      products.multiply(at, scale, dscores.transpose(), queries, keys.in(dk));
    }
  }

  @Override
  public void linearAttention(
      AttentionGeometry at,
      Tensor q,
      Tensor k,
      Tensor v,
      double scale,
      Tensor y,
      Tensor qhat,
      Tensor khat,
      Tensor context) {
    softmax.ofHeads(at, q, qhat);
    softmax.ofPositions(at, k, khat);
    HeadMatrices queries = HeadMatrices.dense(at, at.lq(), qhat);
    HeadMatrices keys = HeadMatrices.dense(at, at.lk(), khat);
    HeadMatrices values = HeadMatrices.of(at, at.lk(), at.v(), v);
    HeadMatrices contexts = HeadMatrices.apart(at, at.d(), at.d(), context);
    products.multiply(at, 1, keys.transpose(), values, contexts);
    products.multiply(at, scale, queries, contexts, queries.in(y));
  }

  @Override
  public void linearAttentionGrad(
      AttentionGeometry at,
      Tensor v,
      double scale,
      Tensor qhat,
      Tensor khat,
      Tensor context,
      Tensor dy,
      Tensor dq,
      Tensor dk,
      Tensor dv) {
    HeadMatrices queries = HeadMatrices.dense(at, at.lq(), qhat);
    HeadMatrices keys = HeadMatrices.dense(at, at.lk(), khat);
    HeadMatrices values = HeadMatrices.of(at, at.lk(), at.v(), v);
    HeadMatrices contexts = HeadMatrices.apart(at, at.d(), at.d(), context);
    HeadMatrices dys = queries.in(dy);
    HeadMatrices dqueries = HeadMatrices.of(at, at.lq(), at.q(), dq);
    HeadMatrices dkeys = HeadMatrices.of(at, at.lk(), at.k(), dk);
    try (Scope scratch = Scope.open()) {
      HeadMatrices dcontexts = contexts.in(context.like());
      products.multiply(at, scale, queries.transpose(), dys, dcontexts);
      products.multiply(at, scale, dys, contexts.transpose(), dqueries);
      products.multiply(at, 1, values, dcontexts.transpose(), dkeys);
      products.multiply(at, 1, keys, dcontexts, values.in(dv));
    }
    softmax.ofHeadsGrad(at, qhat, dq);
    softmax.ofPositionsGrad(at, khat, dk);
  }

  @Override
  public void linearSelfAttention(
      AttentionGeometry at,
      Tensor x,
      Tensor w,
      double scale,
      Tensor y,
      Tensor keyMax,
      Tensor keySum,
      Tensor context) {
    selfAttention.forward(this, at, x, w, scale, y, keyMax, keySum, context);
  }

  @Override
  public void linearSelfAttentionGrad(
      AttentionGeometry at,
      Tensor x,
      Tensor w,
      double scale,
      Tensor keyMax,
      Tensor keySum,
      Tensor context,
      Tensor dy,
      Tensor dx,
      Tensor dw) {
    selfAttention.backward(this, at, x, w, scale, context, dy, dx, dw);
  }
}
