package brume.tensor.cpu.attention;

import static brume.tensor.HeapStorage.floats;
import static brume.tensor.HeapStorage.writableFloats;
import static brume.tensor.cpu.attention.HeadMatrices.transposed;

import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.cpu.gemm.Gemm;
import brume.tensor.cpu.gemm.Matrix;
import brume.tensor.cpu.loop.Columns;
import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.loop.Pieces;
import brume.tensor.cpu.loop.Workers;
import brume.tensor.kernel.AttentionGeometry;
import brume.tensor.kernel.AttentionKernels;

/**
 * Softmax and attention on the CPU. Each head of each sample is a task of its own: products of small
 * matrices where they lie in their tensors, and softmax in between.
 */
public final class CpuAttention implements AttentionKernels {

  private static final int MANY_SAMPLES = 4;

  private final Workers workers;
  private final FloatPool pool;
  private final Gemm gemm;
  private final RowSoftmax rowSoftmax;
  private final ColumnSoftmax columnSoftmax;
  private final BlockedAttention blocked;
  private final LinearSelfAttention linearSelfAttention;
  private final LinearSelfAttentionGrad linearSelfAttentionGrad;

  /**
   * A kernel.
   *
   * @param workers the threads
   * @param pool lends scratch space
   * @param gemm multiplies
   */
  public CpuAttention(Workers workers, FloatPool pool, Gemm gemm) {
    this.workers = workers;
    this.pool = pool;
    this.gemm = gemm;
    rowSoftmax = new RowSoftmax(pool);
    columnSoftmax = new ColumnSoftmax(pool);
    blocked = new BlockedAttention(workers, pool, gemm, rowSoftmax);
    linearSelfAttention = new LinearSelfAttention(workers, pool, gemm);
    linearSelfAttentionGrad = new LinearSelfAttentionGrad(workers, pool, gemm);
  }

  @Override
  public void softmax(Tensor x, Tensor y) {
    float[] xs = floats(x), ys = writableFloats(y);
    int C = x.shape().dim(-1), rows = x.shape().size() / Math.max(1, C);
    Pieces.forEach(
        workers,
        rows,
        Columns.rowsPerBlock(C),
        (from, to) -> rowSoftmax.forward(
            to - from, C, Matrix.of(xs, from * C, C), Matrix.of(ys, from * C, C)));
  }

  @Override
  public void softmaxGrad(Tensor y, Tensor dy, Tensor dx) {
    float[] ys = floats(y), dys = floats(dy), dxs = writableFloats(dx);
    int C = y.shape().dim(-1), rows = y.shape().size() / Math.max(1, C);
    Pieces.forEach(
        workers,
        rows,
        Columns.rowsPerBlock(C),
        (from, to) -> rowSoftmax.backward(
            to - from,
            C,
            Matrix.of(ys, from * C, C),
            Matrix.of(dys, from * C, C),
            Matrix.of(dxs, from * C, C)));
  }

  @Override
  public void attention(
      AttentionGeometry at, Tensor q, Tensor k, Tensor v, double scale, Tensor y, Tensor p) {
    float[] qs = floats(q),
        ks = floats(k),
        vs = floats(v),
        ys = writableFloats(y),
        ps = writableFloats(p);
    workers.forEach(at.n() * at.heads(), i -> {
      try (HeadAttention head = new HeadAttention(HeadMatrices.of(at, i), gemm, rowSoftmax, pool)) {
        head.forward(qs, ks, vs, (float) scale, ys, ps);
      }
    });
  }

  @Override
  public void attend(AttentionGeometry at, Tensor q, Tensor k, Tensor v, double scale, Tensor y) {
    if (BlockedAttention.suits(at)) {
      blocked.forward(at, floats(q), floats(k), floats(v), (float) scale, writableFloats(y));
    } else {
      AttentionKernels.super.attend(at, q, k, v, scale, y);
    }
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
    float[] qs = floats(q), ks = floats(k), vs = floats(v), ps = floats(p), dys = floats(dy);
    float[] dqs = writableFloats(dq), dks = writableFloats(dk), dvs = writableFloats(dv);
    workers.forEach(at.n() * at.heads(), i -> {
      try (HeadAttention head = new HeadAttention(HeadMatrices.of(at, i), gemm, rowSoftmax, pool)) {
        head.backward(qs, ks, vs, (float) scale, ps, dys, dqs, dks, dvs);
      }
    });
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
    float[] qs = floats(q), ks = floats(k), vs = floats(v), ys = writableFloats(y);
    float[] qhats = writableFloats(qhat),
        khats = writableFloats(khat),
        contexts = writableFloats(context);
    int LQ = at.lq(), LK = at.lk(), D = at.d(), DV = at.dv();
    AttentionGeometry slices = slices(at);
    int grain = Columns.rowsPerBlock(at.inner());
    workers.forEach(slices.n() * slices.heads(), i -> {
      HeadMatrices slice = HeadMatrices.of(slices, i);
      columnSoftmax.forward(LK, slices.d(), grain, slice.k(ks), slice.dense(khats, LK));
    });
    workers.forEach(at.n() * at.heads(), i -> {
      HeadMatrices head = HeadMatrices.of(at, i);
      Matrix qh = head.dense(qhats, LQ), kh = head.dense(khats, LK);
      Matrix c = head.square(contexts, D, DV);
      rowSoftmax.forward(LQ, D, head.q(qs), qh);
      gemm.multiply(D, DV, LK, 1, transposed(kh), head.v(vs), 0, c);
      gemm.multiply(LQ, DV, D, (float) scale, qh, c, 0, head.y(ys));
    });
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
    float[] vs = floats(v), qhats = floats(qhat), khats = floats(khat), dys = floats(dy);
    float[] contexts = floats(context),
        dqs = writableFloats(dq),
        dks = writableFloats(dk),
        dvs = writableFloats(dv);
    int LQ = at.lq(), LK = at.lk(), D = at.d(), DV = at.dv();
    float s = (float) scale;
    workers.forEach(at.n() * at.heads(), i -> {
      HeadMatrices head = HeadMatrices.of(at, i);
      Matrix qh = head.dense(qhats, LQ), kh = head.dense(khats, LK), up = head.y(dys);
      Matrix c = head.square(contexts, D, DV), intoQ = head.q(dqs), intoK = head.k(dks);
      float[] scratch = pool.take(Shape.product(D, DV));
      Matrix dc = Matrix.of(scratch, 0, DV);
      gemm.multiply(D, DV, LQ, s, transposed(qh), up, 0, dc);
      gemm.multiply(LK, DV, D, 1, kh, dc, 0, head.v(dvs));
      gemm.multiply(LQ, D, DV, s, up, transposed(c), 0, intoQ);
      rowSoftmax.backward(LQ, D, qh, intoQ, intoQ);
      gemm.multiply(LK, D, DV, 1, head.v(vs), transposed(dc), 0, intoK);
      columnSoftmax.backward(LK, D, kh, intoK);
      pool.give(scratch);
    });
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
    linearSelfAttention.forward(
        projections(at, w, out),
        floats(x),
        (float) scale,
        writableFloats(y),
        writableFloats(keyMax),
        writableFloats(keySum),
        writableFloats(context));
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
    LinearSelfAttentionGrad.Saved saved = new LinearSelfAttentionGrad.Saved(
        floats(x), (float) scale, floats(keyMax), floats(keySum), floats(context), floats(dy));
    linearSelfAttentionGrad.backward(
        projections(at, w, out),
        saved,
        writableFloats(dx),
        writableFloats(dw),
        writableFloats(dout));
  }

  private static AttentionProjections projections(AttentionGeometry at, Tensor w, Tensor out) {
    return new AttentionProjections(
        at, w.shape().dim(1), out.shape().dim(0), floats(w), floats(out));
  }

  /** All heads as one, which reads longer runs of memory, unless samples are few. */
  private static AttentionGeometry slices(AttentionGeometry at) {
    return at.n() < MANY_SAMPLES
        ? at
        : new AttentionGeometry(
            at.n(), 1, at.inner(), at.innerV(), at.lq(), at.lk(), at.q(), at.k(), at.v());
  }
}
