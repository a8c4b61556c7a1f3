package brume.tensor.cpu.attention;

import static brume.tensor.cpu.attention.HeadMatrices.transposed;

import brume.tensor.Shape;
import brume.tensor.cpu.gemm.Gemm;
import brume.tensor.cpu.gemm.Matrix;
import brume.tensor.cpu.gemm.PackedMatrix;
import brume.tensor.cpu.gemm.Panels;
import brume.tensor.cpu.gemm.Tile;
import brume.tensor.cpu.loop.Columns;
import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.loop.Workers;
import brume.tensor.kernel.AttentionGeometry;
import java.util.Arrays;

/**
 * The way back through {@link LinearSelfAttention}. Queries and keys are computed again, block by block,
 * which takes less time than to store and to read them. Two walks over the positions of a sample are
 * needed, with all heads side by side. The first one is the way of the queries, and gathers
 *
 * <pre>
 * u = qᵀ·dy      dc = s·u·out      dout = s·uᵀ·c
 * </pre>
 *
 * <p>for the gradient dc of the context c = g·wᵀ, g = kᵀ·x. With dg = dc·w, w of the values, the second
 * walk, that of the keys, computes
 *
 * <pre>
 * dk̂ = x·dgᵀ      dx += dk·w + k̂·dg      dw += dkᵀ·x      g = k̂ᵀ·x
 * </pre>
 *
 * <p>with w and dw of the keys, and leaves dw = dcᵀ·g of the values.
 *
 * <p>The sum over positions in the gradient of a softmax down the columns, Σ dk̂·k̂, needs no third walk:
 * it is the sum along a row of dc·c.
 */
final class LinearSelfAttentionGrad {

  /** Parts of the gradients of the projections, each a sum over samples of its own. */
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
   * @param x (N, L, C)
   * @param scale factor of the queries
   * @param keyMax (N, heads*D)
   * @param keySum (N, heads*D)
   * @param context (N, heads, D, D)
   * @param dy (N, L, O)
   */
  record Saved(
      float[] x, float scale, float[] keyMax, float[] keySum, float[] context, float[] dy) {}

  /**
   * The gradients.
   *
   * @param p what queries, keys and values, and the result, are projected by
   * @param saved what the forward pass left
   * @param dx (N, L, C) receives the gradient of x
   * @param dw (3*heads*D, C) receives the gradient of w
   * @param dout (O, heads*D) receives the gradient of out
   */
  void backward(AttentionProjections p, Saved saved, float[] dx, float[] dw, float[] dout) {
    int samples = p.at().n(), parts = Math.min(PARTS, samples), inner = p.at().inner();
    int size = 3 * inner * p.c(), outSize = p.o() * inner;
    float[] dws = pool.take(Shape.product(parts, size)),
        douts = pool.take(Shape.product(parts, outSize));
    try (PackedMatrix toQueries = p.pack(p.queries(), workers, pool);
        PackedMatrix toKeys = p.pack(p.keys(), workers, pool);
        PackedMatrix fromQueries = packed(p.queries(), inner, p.c())) {
      workers.forEach(parts, part -> {
        int from = (int) ((long) samples * part / parts);
        int to = (int) ((long) samples * (part + 1) / parts);
        Arrays.fill(dws, part * size, (part + 1) * size, 0);
        Arrays.fill(douts, part * outSize, (part + 1) * outSize, 0);
        for (int n = from; n < to; n++) {
          try (Sample sample = new Sample(p, saved, n, dx, dws, part * size)) {
            sample.queries(toQueries, fromQueries);
            sample.contexts(Matrix.of(douts, part * outSize, inner));
            sample.keys(toKeys);
          }
        }
      });
    }
    addParts(parts, size, dws, dw);
    addParts(parts, outSize, douts, dout);
    pool.give(dws);
    pool.give(douts);
  }

  private PackedMatrix packed(Matrix b, int k, int n) {
    return new PackedMatrix(Panels.of(b, n, 1), n, k, workers, pool);
  }

  /** What is known of one sample while its gradient is computed. */
  private final class Sample implements AutoCloseable {

    private final AttentionProjections p;
    private final AttentionGeometry at;
    private final Saved saved;
    private final int n;
    private final int L;
    private final int C;
    private final int inner;
    private final int block;
    private final float[] dx;
    private final Matrix dw;
    private final Matrix u; // (heads*D, O)
    private final Matrix dc; // (heads*D, D)
    private final Matrix dg; // (heads*D, C)

    Sample(AttentionProjections p, Saved saved, int n, float[] dx, float[] dw, int dwAt) {
      this.p = p;
      this.saved = saved;
      this.n = n;
      this.dx = dx;
      at = p.at();
      L = at.lq();
      C = p.c();
      inner = at.inner();
      block = Math.min(L, p.rowsPerBlock());
      this.dw = Matrix.of(dw, dwAt, C);
      u = Matrix.of(pool.take(Shape.product(inner, p.o())), 0, p.o());
      dc = Matrix.of(pool.take(Shape.product(inner, at.d())), 0, at.d());
      dg = Matrix.of(pool.take(Shape.product(inner, C)), 0, C);
    }

    /** The way of the queries: their part of dx and dw, and u. */
    void queries(PackedMatrix toQueries, PackedMatrix fromQueries) {
      float[] qs = pool.take(Shape.product(block, inner)),
          gradients = pool.take(Shape.product(block, inner));
      float[] mixed = pool.take(Shape.product(inner, p.o()));
      Matrix q = Matrix.of(qs, 0, inner), dq = Matrix.of(gradients, 0, inner);
      Matrix m = Matrix.of(mixed, 0, p.o());
      for (int head = 0; head < at.heads(); head++) {
        p.mix(gemm, head, saved.scale, context(head), m.from(head * at.d(), 0));
      }
      try (PackedMatrix turned = packed(transposed(m), p.o(), inner)) {
        for (int first = 0; first < L; first += block) {
          int rows = Math.min(block, L - first), before = first == 0 ? 0 : 1;
          Matrix x = image(saved.x, first),
              up = Matrix.of(saved.dy, (n * L + first) * p.o(), p.o());
          gemm.multiply(rows, inner, C, x, toQueries, 0, false, q);
          gemm.multiply(rows, inner, p.o(), up, turned, 0, false, dq);
          for (int head = 0; head < at.heads(); head++) {
            Matrix ofHead = q.from(0, head * at.d()), d = dq.from(0, head * at.d());
            rowSoftmax.forward(rows, at.d(), ofHead, ofHead);
            rowSoftmax.backward(rows, at.d(), ofHead, d, d);
          }
          gemm.multiply(inner, p.o(), rows, 1, transposed(q), up, before, u);
          gemm.multiply(rows, C, inner, dq, fromQueries, 0, false, image(dx, first));
          gemm.multiply(inner, C, rows, 1, transposed(dq), x, 1, dw);
        }
      }
      pool.give(qs);
      pool.give(gradients);
      pool.give(mixed);
    }

    /** From u to dout, dc and dg, all of which are small. */
    void contexts(Matrix dout) {
      int D = at.d();
      for (int head = 0; head < at.heads(); head++) {
        Matrix gathered = u.from(head * D, 0), into = dc.from(head * D, 0);
        gemm.multiply(
            p.o(),
            D,
            D,
            saved.scale,
            transposed(gathered),
            context(head),
            1,
            dout.from(0, head * D));
        gemm.multiply(D, D, p.o(), saved.scale, gathered, p.out(head), 0, into);
        gemm.multiply(D, C, D, 1, into, p.values(head), 0, dg.from(head * D, 0));
      }
    }

    /** The way of the keys: their part of dx and dw, and that of the values. */
    void keys(PackedMatrix toKeys) {
      int D = at.d(), of = n * inner;
      float[] both = pool.take(Shape.product(block, 2, inner)),
          sums = pool.take(Shape.product(2, inner, C));
      float[] dots = pool.take(inner), factors = pool.take(inner);
      for (int i = 0; i < inner; i++) {
        dots[i] = dot(i);
        factors[i] = 1 / saved.keySum[of + i];
      }
      float[] max = Arrays.copyOfRange(saved.keyMax, of, of + inner);
      Matrix dk = Matrix.of(both, 0, 2 * inner), k = dk.from(0, inner);
      Matrix dwk = Matrix.of(sums, 0, C), g = dwk.from(inner, 0);
      try (PackedMatrix turned = packed(transposed(dg), C, inner);
          PackedMatrix back = packedKeysAndSums()) {
        for (int first = 0; first < L; first += block) {
          int rows = Math.min(block, L - first);
          Matrix x = image(saved.x, first);
          gemm.multiply(rows, inner, C, x, toKeys, 0, false, k);
          ColumnSoftmax.weights(rows, inner, k, max, factors);
          gemm.multiply(rows, inner, C, x, turned, 0, false, dk);
          ColumnSoftmax.inputGradient(rows, inner, k, dk, dots);
          gemm.multiply(rows, C, 2 * inner, dk, back, 0, true, image(dx, first));
          gemm.multiply(2 * inner, C, rows, 1, transposed(dk), x, first == 0 ? 0 : 1, dwk);
        }
      }
      Columns.add(inner * C, sums, 0, dw.array, dw.at + inner * C);
      for (int head = 0; head < at.heads(); head++) {
        Matrix ofValues = dw.from(2 * inner + head * D, 0);
        gemm.multiply(
            D, C, D, 1, transposed(dc.from(head * D, 0)), g.from(head * D, 0), 1, ofValues);
      }
      pool.give(both);
      pool.give(sums);
      pool.give(dots);
      pool.give(factors);
    }

    /** (2*heads*D, C) the rows that make keys, and dg below them. */
    private PackedMatrix packedKeysAndSums() {
      Panels ofKeys = Panels.of(p.keys(), C, 1), ofSums = Panels.of(dg, C, 1);
      Panels all = (column, from, to, panel, into) -> {
        int middle = Math.max(from, Math.min(to, inner));
        ofKeys.pack(column, from, middle, panel, into);
        int next = into + (middle - from) * Tile.COLUMNS;
        ofSums.pack(column, middle - inner, to - inner, panel, next);
      };
      return new PackedMatrix(all, C, 2 * inner, workers, pool);
    }

    /** Row i of dc times row i of the contexts. */
    private float dot(int i) {
      int D = at.d(), other = (n * inner + i) * D;
      float sum = 0;
      for (int e = 0; e < D; e++) {
        sum = Math.fma(dc.array[i * D + e], saved.context[other + e], sum);
      }
      return sum;
    }

    private Matrix context(int head) {
      return new HeadMatrices(at, n, head).square(saved.context, at.d(), at.d());
    }

    /** Rows of x, or of its gradient, from position {@code first} of the sample on. */
    private Matrix image(float[] of, int first) {
      return Matrix.of(of, (n * L + first) * C, C);
    }

    @Override
    public void close() {
      pool.give(u.array);
      pool.give(dc.array);
      pool.give(dg.array);
    }
  }

  /** The sum of all parts. */
  private static void addParts(int parts, int size, float[] sums, float[] d) {
    System.arraycopy(sums, 0, d, 0, size);
    for (int part = 1; part < parts; part++) {
      Columns.add(size, sums, part * size, d, 0);
    }
  }
}
