package brume.cuda;

import brume.cuda.driver.Driver;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.AttentionGeometry;
import brume.tensor.kernel.AttentionKernels;
import brume.tensor.kernel.MatmulGeometry;

/**
 * Attention on the GPU: softmax between matrix products of all samples and heads, or all at once where that
 * fits.
 */
final class CudaAttention implements AttentionKernels {

  private final CudaSoftmax softmax;
  private final CudaShortAttention shorts;
  private final CudaLinearAttention linear;
  private final Products all;
  private final HeadProducts products;

  CudaAttention(Driver driver, CudaMemory memory, Arrivals arrivals, Products products) {
    this.softmax = new CudaSoftmax(driver, memory);
    this.shorts = new CudaShortAttention(driver);
    this.linear = new CudaLinearAttention(driver, memory, arrivals);
    this.all = products;
    this.products = new HeadProducts(products);
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
    if (CudaShortAttention.fits(at)) {
      shorts.forward(at, q, k, v, scale, y, p);
      return;
    }
    HeadMatrices queries = HeadMatrices.of(at.lq(), at.d(), at.q(), q);
    HeadMatrices keys = HeadMatrices.of(at.lk(), at.d(), at.k(), k);
    HeadMatrices values = HeadMatrices.of(at.lk(), at.dv(), at.v(), v);
    HeadMatrices weights = HeadMatrices.apart(at, at.lq(), at.lk(), p);
    products.multiply(at, scale, queries, keys.transpose(), weights);
    softmax.ofRows(p, p);
    products.multiply(at, 1, weights, values, HeadMatrices.dense(at, at.lq(), at.dv(), y));
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
    if (CudaShortAttention.fits(at)) {
      shorts.backward(at, q, k, v, scale, p, dy, dq, dk, dv);
      return;
    }
    HeadMatrices queries = HeadMatrices.of(at.lq(), at.d(), at.q(), q);
    HeadMatrices keys = HeadMatrices.of(at.lk(), at.d(), at.k(), k);
    HeadMatrices values = HeadMatrices.of(at.lk(), at.dv(), at.v(), v);
    HeadMatrices weights = HeadMatrices.apart(at, at.lq(), at.lk(), p);
    HeadMatrices dys = HeadMatrices.dense(at, at.lq(), at.dv(), dy);
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
    attendLinearly(at, v, scale, y, qhat, khat, context);
  }

  /** Linear attention from both softmaxes on. */
  private void attendLinearly(
      AttentionGeometry at,
      Tensor v,
      double scale,
      Tensor y,
      Tensor qhat,
      Tensor khat,
      Tensor context) {
    HeadMatrices keys = HeadMatrices.dense(at, at.lk(), at.d(), khat);
    HeadMatrices values = HeadMatrices.of(at.lk(), at.dv(), at.v(), v);
    HeadMatrices contexts = HeadMatrices.apart(at, at.d(), at.dv(), context);
    products.multiply(at, 1, keys.transpose(), values, contexts);
    HeadMatrices queries = HeadMatrices.dense(at, at.lq(), at.d(), qhat);
    HeadMatrices results = HeadMatrices.dense(at, at.lq(), at.dv(), y);
    products.multiply(at, scale, queries, contexts, results);
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
    HeadMatrices queries = HeadMatrices.dense(at, at.lq(), at.d(), qhat);
    HeadMatrices keys = HeadMatrices.dense(at, at.lk(), at.d(), khat);
    HeadMatrices values = HeadMatrices.of(at.lk(), at.dv(), at.v(), v);
    HeadMatrices contexts = HeadMatrices.apart(at, at.d(), at.dv(), context);
    HeadMatrices dys = HeadMatrices.dense(at, at.lq(), at.dv(), dy);
    HeadMatrices dqueries = HeadMatrices.of(at.lq(), at.d(), at.q(), dq);
    HeadMatrices dkeys = HeadMatrices.of(at.lk(), at.d(), at.k(), dk);
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
      Tensor out,
      double scale,
      Tensor y,
      Tensor keyMax,
      Tensor keySum,
      Tensor context) {
    try (Scope scratch = Scope.open()) {
      Tensor qkv = projected(at, x, w), z = ofHeads(at, x);
      if (CudaLinearAttention.fits(at)) {
        linear.keys(at, qkv, keyMax, keySum, context);
        linear.queries(at, qkv, context, scale, z);
      } else {
        Tensor qhat = z.like(), khat = z.like();
        softmax.ofPositions(at, qkv, khat, keyMax, keySum);
        softmax.ofHeads(at, qkv, qhat);
        attendLinearly(at, qkv, scale, z, qhat, khat, context);
      }
      int rows = at.n() * at.lq(), O = out.shape().dim(0);
      multiply(MatmulGeometry.single(rows, O, at.inner(), false, true), z, out, y);
    }
  }

  @Override
  public void linearSelfAttentionGrad(
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
      Tensor dout) {
    int rows = at.n() * at.lq(), wide = w.shape().dim(0), C = w.shape().dim(1);
    int inner = at.inner(), O = out.shape().dim(0);
    try (Scope scratch = Scope.open()) {
      Tensor qkv = projected(at, x, w), dz = ofHeads(at, x), z, dqkv;
      multiply(MatmulGeometry.single(rows, inner, O, false, false), dy, out, dz);
      if (CudaLinearAttention.fits(at)) {
        dqkv = qkv;
        z = dz;
        headsGrad(at, qkv, scale, keyMax, keySum, context, dz);
      } else {
        dqkv = qkv.like();
        z = dz.like();
        wideHeadsGrad(at, qkv, scale, context, z, dz, dqkv);
      }
      multiply(MatmulGeometry.single(O, inner, rows, true, false), dy, z, dout);
      multiply(MatmulGeometry.single(rows, C, wide, false, false), dqkv, w, dx);
      multiply(MatmulGeometry.single(wide, C, rows, true, false), dqkv, x, dw);
    }
  }

  /** In the place of q, k and v their gradients, and the result of all heads in the place of its own. */
  private void headsGrad(
      AttentionGeometry at,
      Tensor qkv,
      double scale,
      Tensor keyMax,
      Tensor keySum,
      Tensor context,
      Tensor dz) {
    try (Scope scratch = Scope.open()) {
      Tensor dcontext = context.like();
      linear.queriesGrad(at, qkv, context, dz, scale, dcontext);
      linear.keysGrad(at, qkv, keyMax, keySum, context, dcontext);
    }
  }

  // The softmax of the keys is computed whole again: from keyMax and keySum it would take another
  // kernel and save one of four passes over the keys.
  private void wideHeadsGrad(
      AttentionGeometry at,
      Tensor qkv,
      double scale,
      Tensor context,
      Tensor z,
      Tensor dz,
      Tensor dqkv) {
    try (Scope scratch = Scope.open()) {
      Tensor qhat = z.like(), khat = z.like();
      softmax.ofHeads(at, qkv, qhat);
      softmax.ofPositions(at, qkv, khat);
      HeadMatrices queries = HeadMatrices.dense(at, at.lq(), at.d(), qhat);
      HeadMatrices contexts = HeadMatrices.apart(at, at.d(), at.dv(), context);
      products.multiply(at, scale, queries, contexts, queries.in(z));
      linearAttentionGrad(at, qkv, scale, qhat, khat, context, dz, dqkv, dqkv, dqkv);
    }
  }

  /** A tensor for what all heads make. */
  private static Tensor ofHeads(AttentionGeometry at, Tensor x) {
    return x.like(Shape.of(at.n(), at.lq(), at.inner()));
  }

  /** Queries, keys and values side by side, x·wᵀ. */
  private Tensor projected(AttentionGeometry at, Tensor x, Tensor w) {
    int rows = at.n() * at.lq(), wide = w.shape().dim(0), C = w.shape().dim(1);
    Tensor qkv = x.like(Shape.of(rows, wide));
    multiply(MatmulGeometry.single(rows, wide, C, false, true), x, w, qkv);
    return qkv;
  }

  private void multiply(MatmulGeometry at, Tensor a, Tensor b, Tensor c) {
    all.multiply(at, Heads.ONE, 1, a, b, 0, c);
  }
}
