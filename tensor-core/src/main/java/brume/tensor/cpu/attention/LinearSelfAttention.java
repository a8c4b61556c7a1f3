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

/**
 * Linear attention of a tensor to itself. Its queries and keys stay in the second-level cache: nothing
 * as wide as they are is ever written to memory. Queries are computed transposed, a row for each number of
 * a query: their softmax then goes down columns of vectors, and no sum or maximum of the lanes of one is
 * ever needed. Two products are never computed at full length:
 *
 * <ul>
 *   <li>Values: the context kᵀ·v = kᵀ·(x·wᵀ) is (kᵀ·x)·wᵀ, where the second product is small.
 *   <li>Results of the heads: of all heads (q·c)·outᵀ is q·m with m = c·outᵀ, head below head.
 * </ul>
 */
final class LinearSelfAttention {

  private static final int ENOUGH_TASKS = 16;

  /** Positions whose queries are computed together: two panels, and half a first-level cache or one. */
  private static final int BLOCK = Tile.WIDE;

  private final Workers workers;
  private final FloatPool pool;
  private final Gemm gemm;
  private final ColumnSoftmax columnSoftmax;

  LinearSelfAttention(Workers workers, FloatPool pool, Gemm gemm) {
    this.workers = workers;
    this.pool = pool;
    this.gemm = gemm;
    columnSoftmax = new ColumnSoftmax(pool);
  }

  /**
   * The result, and what its gradient needs.
   *
   * @param p what queries, keys and values, and the result, are projected by
   * @param x (N, L, C)
   * @param scale factor of the queries
   * @param y (N, L, O) receives the result
   * @param keyMax (N, heads*D) receives the largest of each column of keys
   * @param keySum (N, heads*D) receives the sum of exponentials of each column of keys
   * @param context (N, heads, D, D) receives keys times values
   */
  void forward(
      AttentionProjections p,
      float[] x,
      float scale,
      float[] y,
      float[] keyMax,
      float[] keySum,
      float[] context) {
    AttentionGeometry at = p.at();
    int size = at.inner() * p.o();
    float[] mixed = pool.take(Shape.product(at.n(), size));
    PackedMatrix[] toKeys = p.packKeysOfHeads(workers, pool);
    workers.forEach(at.n() * at.heads(), i -> {
      HeadMatrices head = HeadMatrices.of(at, i);
      summarize(p, head, toKeys[head.head()], x, keyMax, keySum, context);
      Matrix c = head.square(context, at.d(), at.d());
      p.mix(gemm, head.head(), scale, c, Matrix.of(mixed, i * at.d() * p.o(), p.o()));
    });
    int rows = rowsPerTask(at), perSample = (at.lq() + rows - 1) / rows;
    workers.forEach(at.n() * perSample, task -> {
      int n = task / perSample, first = task % perSample * rows;
      Matrix image = Matrix.of(x, (n * at.lq() + first) * p.c(), p.c());
      Matrix into = Matrix.of(y, (n * at.lq() + first) * p.o(), p.o());
      Panels m = Panels.of(Matrix.of(mixed, n * size, p.o()), p.o(), 1);
      ask(p, Math.min(rows, at.lq() - first), image, m, into);
    });
    for (PackedMatrix ofHead : toKeys) {
      ofHead.close();
    }
    pool.give(mixed);
  }

  /** All positions of a sample, unless samples are few; whole panels. */
  private static int rowsPerTask(AttentionGeometry at) {
    int perSample = (ENOUGH_TASKS + at.n() - 1) / at.n();
    return wholePanels((at.lq() + perSample - 1) / perSample);
  }

  private static int wholePanels(int columns) {
    return Math.max(1, PackedMatrix.panels(columns)) * Tile.COLUMNS;
  }

  /** The context of a head: keys, softmax over the positions, keys times values. */
  private void summarize(
      AttentionProjections p,
      HeadMatrices head,
      PackedMatrix toKeys,
      float[] x,
      float[] keyMax,
      float[] keySum,
      float[] context) {
    int L = p.at().lk(), D = p.at().d(), C = p.c();
    int of = (head.n() * p.at().heads() + head.head()) * D;
    Matrix image = Matrix.of(x, head.n() * L * C, C), c = head.square(context, D, D);
    float[] ks = pool.take(Shape.product(L, D)), gathered = pool.take(Shape.product(D, C));
    Matrix k = Matrix.of(ks, 0, D), g = Matrix.of(gathered, 0, C);
    gemm.multiply(L, D, C, image, toKeys, 0, false, k);
    columnSoftmax.exponentials(L, D, Columns.rowsPerBlock(D), k, keyMax, keySum, of);
    gemm.multiply(D, C, L, 1, transposed(k), image, 0, g);
    gemm.multiply(D, D, C, 1, g, transposed(p.values(head.head())), 0, c);
    divideRows(D, c, keySum, of);
    pool.give(ks);
    pool.give(gathered);
  }

  /** Some rows of the result: queries, softmax in each head, queries times m. */
  private void ask(AttentionProjections p, int rows, Matrix x, Panels m, Matrix y) {
    AttentionGeometry at = p.at();
    int inner = at.inner(), most = wholePanels(Math.min(rows, BLOCK));
    float[] qs = pool.take(Shape.product(inner, most));
    Matrix q = Matrix.of(qs, 0, most); // a column for each position
    try (Gemm.Scratch scratch = gemm.scratch(Math.max(p.c(), inner))) {
      for (int first = 0; first < rows; first += most) {
        int count = Math.min(most, rows - first), columns = wholePanels(count);
        Panels positions = Panels.of(transposed(x.from(first, 0)), count, 1);
        gemm.multiply(inner, columns, 0, p.c(), p.queries(), positions, 0, false, q, scratch);
        columnSoftmax.forwardGroups(at.heads(), at.d(), columns, q);
        Matrix into = y.from(first, 0);
        gemm.multiply(count, p.o(), 0, inner, transposed(q), m, 0, false, into, scratch);
      }
    }
    pool.give(qs);
  }

  /** Row d of m divided by the sum of column d. */
  private static void divideRows(int D, Matrix m, float[] sums, int at) {
    for (int d = 0; d < D; d++) {
      for (int e = 0; e < D; e++) {
        m.array[m.at + d * m.row + e] /= sums[at + d];
      }
    }
  }
}
