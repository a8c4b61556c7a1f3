package brume.tensor.cpu;

import static brume.tensor.cpu.HeadMatrices.transposed;
import static brume.tensor.cpu.LinearSelfAttention.BLOCK;

import brume.tensor.kernel.AttentionGeometry;
import java.util.Arrays;

/**
 * The way back through {@link LinearSelfAttention}. Queries and keys are computed again, block by block,
 * which takes less time than to store and to read them. Two walks over the positions are needed: the
 * second wants the gradient dc of the context c = g·wᵀ, g = kᵀ·x, which is complete after the first.
 * With dg = dc·w, w of the values, that walk computes
 *
 * <pre>
 * dk̂ = x·dgᵀ      dx += dk·w + k̂·dg      dw += dkᵀ·x      g = k̂ᵀ·x
 * </pre>
 *
 * with w and dw of the keys, and leaves dw = dcᵀ·g of the values.
 *
 * <p>The sum over positions in the gradient of a softmax down the columns, Σ dk̂·k̂, needs no third walk:
 * it is the sum along a row of dc·c.
 */
final class LinearSelfAttentionGrad {

  /** Parts of the gradient of the projections, each a sum over samples of its own. */
  private static final int PARTS = 16;

  private final Workers workers;
  private final FloatPool pool;
  private final Gemm gemm;
  private final RowSoftmax rowSoftmax;

  LinearSelfAttentionGrad(Workers workers, FloatPool pool, Gemm gemm) {
    this.workers = workers;
    this.pool = pool;
    this.gemm = gemm;
    rowSoftmax = new RowSoftmax(pool);
  }

  /**
   * What the forward pass left, and the gradient of its result.
   *
   * @param at sizes
   * @param c channels of x
   * @param x (N, L, C)
   * @param scale factor of the queries
   * @param keyMax (N, heads*D)
   * @param keySum (N, heads*D)
   * @param context (N, heads, D, D)
   * @param dy (N, L, heads*D)
   */
  record Saved(
      AttentionGeometry at,
      int c,
      float[] x,
      float scale,
      float[] keyMax,
      float[] keySum,
      float[] context,
      float[] dy) {}

  /**
   * The gradients.
   *
   * @param saved what the forward pass left
   * @param w (3*heads*D, C)
   * @param dx (N, L, C) receives the gradient of x
   * @param dw (3*heads*D, C) receives the gradient of w
   */
  void backward(Saved saved, float[] w, float[] dx, float[] dw) {
    AttentionGeometry at = saved.at;
    int heads = at.heads(), ofHead = 3 * at.d() * saved.c, size = heads * ofHead;
    int parts = Math.min(PARTS, at.n());
    float[] sums = pool.take(parts * size);
    try (HeadProjections forth = HeadProjections.forth(at, saved.c, w, workers, pool);
        HeadProjections back = HeadProjections.back(at, saved.c, w, workers, pool)) {
      workers.forEach(parts, part -> {
        int from = (int) ((long) at.n() * part / parts);
        int to = (int) ((long) at.n() * (part + 1) / parts);
        Arrays.fill(sums, part * size, (part + 1) * size, 0);
        for (int i = from * heads; i < to * heads; i++) {
          HeadMatrices head = HeadMatrices.of(at, i);
          Matrix into = Matrix.of(sums, part * size + head.head() * ofHead, saved.c);
          oneHead(saved, head, forth, back, dx, into);
        }
      });
    }
    addParts(at, saved.c, parts, sums, dw);
    pool.give(sums);
  }

  /** One head of one sample: adds to dw, and to dx from the second head on. */
  private void oneHead(
      Saved saved,
      HeadMatrices head,
      HeadProjections forth,
      HeadProjections back,
      float[] dx,
      Matrix dw) {
    int D = saved.at.d(), L = saved.at.lq(), of = (head.n() * saved.at.heads() + head.head()) * D;
    Matrix context = head.square(saved.context, D, D);
    float[] square = pool.take(D * D), dots = pool.take(D), factors = pool.take(D);
    Matrix dc = Matrix.of(square, 0, D);
    try (PackedMatrix turned =
        new PackedMatrix(Panels.of(transposed(context), D, saved.scale), D, D, workers, pool)) {
      queries(saved, head, forth.q(head.head()), turned, back.q(head.head()), dc, dx, dw);
    }
    for (int d = 0; d < D; d++) {
      dots[d] = 0;
      for (int e = 0; e < D; e++) {
        dots[d] = Math.fma(square[d * D + e], context.array[context.at + d * D + e], dots[d]);
      }
      factors[d] = 1 / saved.keySum[of + d];
    }
    float[] max = Arrays.copyOfRange(saved.keyMax, of, of + D);
    keys(saved, head, forth, max, factors, dots, dc, dx, dw.from(D, 0));
    pool.give(square);
    pool.give(dots);
    pool.give(factors);
  }

  /** The part of the queries, and dc = s*q^T*dy. */
  private void queries(
      Saved saved,
      HeadMatrices head,
      PackedMatrix forth,
      PackedMatrix turnedContext,
      PackedMatrix back,
      Matrix dc,
      float[] dx,
      Matrix dw) {
    int D = saved.at.d(), L = saved.at.lq(), block = Math.min(BLOCK, L);
    float[] qs = pool.take(block * D), gradients = pool.take(block * D);
    Matrix q = Matrix.of(qs, 0, D), dq = Matrix.of(gradients, 0, D);
    Matrix dy = head.dense(saved.dy, L);
    for (int first = 0; first < L; first += block) {
      int rows = Math.min(block, L - first);
      Matrix x = image(saved, head, saved.x, first), into = image(saved, head, dx, first);
      Matrix up = dy.from(first, 0);
      gemm.multiply(rows, D, saved.c, x, forth, 0, false, q);
      rowSoftmax.forward(rows, D, q, q);
      gemm.multiply(D, D, rows, saved.scale, transposed(q), up, first == 0 ? 0 : 1, dc);
      gemm.multiply(rows, D, D, up, turnedContext, 0, false, dq);
      rowSoftmax.backward(rows, D, q, dq, dq);
      gemm.multiply(rows, saved.c, D, dq, back, 0, head.head() > 0, into);
      gemm.multiply(D, saved.c, rows, 1, transposed(dq), x, 1, dw);
    }
    pool.give(qs);
    pool.give(gradients);
  }

  /** The part of the keys and the values, from the gradient dc of the context. */
  private void keys(
      Saved saved,
      HeadMatrices head,
      HeadProjections w,
      float[] max,
      float[] factors,
      float[] dots,
      Matrix dc,
      float[] dx,
      Matrix dw) {
    int D = saved.at.d(), L = saved.at.lq(), c = saved.c, block = Math.min(BLOCK, L);
    float[] both = pool.take(block * 2 * D), sums = pool.take(2 * D * c);
    float[] gradient = pool.take(D * c);
    Matrix dk = Matrix.of(both, 0, 2 * D), k = dk.from(0, D);
    Matrix dwk = Matrix.of(sums, 0, c), g = dwk.from(D, 0), dg = Matrix.of(gradient, 0, c);
    gemm.multiply(D, c, D, 1, dc, w.values(head.head()), 0, dg);
    Panels ofKeys = Panels.of(w.keys(head.head()), c, 1), ofSums = Panels.of(dg, c, 1);
    Panels back = (column, from, to, panel, into) -> {
      int middle = Math.max(from, Math.min(to, D));
      ofKeys.pack(column, from, middle, panel, into);
      int next = into + (middle - from) * Tile.COLUMNS;
      ofSums.pack(column, middle - D, to - D, panel, next);
    };
    try (PackedMatrix packed = new PackedMatrix(back, c, 2 * D, workers, pool);
        PackedMatrix turned =
            new PackedMatrix(Panels.of(transposed(dg), D, 1), D, c, workers, pool)) {
      for (int first = 0; first < L; first += block) {
        int rows = Math.min(block, L - first);
        Matrix x = image(saved, head, saved.x, first), into = image(saved, head, dx, first);
        gemm.multiply(rows, D, c, x, w.k(head.head()), 0, false, k);
        ColumnSoftmax.weights(rows, D, k, max, factors);
        gemm.multiply(rows, D, c, x, turned, 0, false, dk);
        ColumnSoftmax.inputGradient(rows, D, k, dk, dots);
        gemm.multiply(rows, c, 2 * D, dk, packed, 0, true, into);
        gemm.multiply(2 * D, c, rows, 1, transposed(dk), x, first == 0 ? 0 : 1, dwk);
      }
    }
    for (int i = 0; i < D; i++) {
      Columns.add(c, sums, i * c, dw.array, dw.at + i * dw.row);
    }
    gemm.multiply(D, c, D, 1, transposed(dc), g, 1, dw.from(D, 0));
    pool.give(both);
    pool.give(sums);
    pool.give(gradient);
  }

  /** Rows of x, or of its gradient, from position {@code first} of the head's sample on. */
  private static Matrix image(Saved saved, HeadMatrices head, float[] x, int first) {
    return Matrix.of(x, (head.n() * saved.at.lq() + first) * saved.c, saved.c);
  }

  /** dw = the sum of all parts, which are ordered by head first. */
  private void addParts(AttentionGeometry at, int c, int parts, float[] sums, float[] dw) {
    int ofPart = at.d() * c, size = 3 * at.heads() * ofPart;
    workers.forEach(3 * at.heads(), i -> {
      int from = (i % at.heads() * 3 + i / at.heads()) * ofPart, to = i * ofPart;
      System.arraycopy(sums, from, dw, to, ofPart);
      for (int part = 1; part < parts; part++) {
        Columns.add(ofPart, sums, part * size + from, dw, to);
      }
    });
  }
}
