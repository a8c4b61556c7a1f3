package brume.tensor.cpu;

import static brume.tensor.HeapStorage.floats;
import static brume.tensor.HeapStorage.writableFloats;
import static brume.tensor.cpu.gemm.Tile.COLUMNS;
import static brume.tensor.cpu.gemm.Tile.WIDE;

import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.cpu.gemm.FewRows;
import brume.tensor.cpu.gemm.Gemm;
import brume.tensor.cpu.gemm.Matrix;
import brume.tensor.cpu.gemm.PackedMatrix;
import brume.tensor.cpu.gemm.Panels;
import brume.tensor.cpu.gemm.Tile;
import brume.tensor.cpu.loop.Columns;
import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.loop.KeptWeights;
import brume.tensor.cpu.loop.Workers;
import brume.tensor.kernel.MatmulGeometry;
import brume.tensor.kernel.MatmulKernels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products on the CPU, by all threads: whole matrices of a batch, or blocks of one product.
 *
 * <p>A product of a transposed matrix with a long sum and a small result, the gradient of a weight that
 * is, is cut along the sum too, into parts that depend on the sizes alone and are added up in order.
 */
final class CpuMatmul implements MatmulKernels {

  /** Tasks that keep any reasonable number of threads busy to the end. */
  private static final int ENOUGH_TASKS = 16;

  /** Rows of a task: with the columns of A that meet one panel an eighth of a second-level cache. */
  private static final int ROWS = 96;

  /** Tasks of a product of many rows, so many that threads end together. */
  private static final int MANY_TASKS = 32;

  /** Rows of a task; a number of its own, for the sum is cut by the number of tasks. */
  private static final int DEEP_ROWS = 192;

  /** Columns of a task; the same. */
  private static final int DEEP_COLUMNS = 256;

  /** Products of a part of a cut sum: fewer are not worth adding up the parts. */
  private static final int SMALLEST_PART = 512;

  /** Numbers that a task of adding up parts reads: long against handing out a task. */
  private static final int SUMMANDS = 1 << 14;

  /** Fewer tasks than this leave threads without one. */
  private static final int FEW_TASKS = 8;

  /** Rows of a task where tasks are few. */
  private static final int FEW_ROWS = 48;

  /** Partial results of a cut sum may take this many elements each. */
  private static final int SMALL_RESULT = 1 << 16;

  /** Multiply-adds below which waking another thread takes longer than the product. */
  private static final long WORTH_SHARING = 1 << 18;

  private static final float[] NO_BIAS = {};

  private final Workers workers;
  private final FloatPool pool;
  private final KeptWeights kept;
  private final Gemm gemm;
  private final FewRows fewRows;

  CpuMatmul(Workers workers, FloatPool pool, KeptWeights kept) {
    this.workers = workers;
    this.pool = pool;
    this.kept = kept;
    gemm = new Gemm(pool);
    fewRows = new FewRows(workers, pool);
  }

  /** What is made of weights and kept. */
  KeptWeights kept() {
    return kept;
  }

  @Override
  public void matmul(MatmulGeometry at, double alpha, Tensor a, Tensor b, double beta, Tensor c) {
    if (at.batch() == 1 && alpha == 1 && beta == 0) {
      Matrix left = matrix(floats(a), at.a(), 0, at.transposeA());
      if (!at.transposeA() && at.transposeB() && at.b().at() == 0 && at.b().row() == at.k()) {
        multiplyByRows(
            at.m(), at.n(), at.k(), left, b, matrix(writableFloats(c), at.c(), 0, false));
        return;
      }
    }
    try (Widened right = Widened.of(b, workers, pool)) {
      matmul(at, alpha, floats(a), right.floats(), beta, writableFloats(c));
    }
  }

  @Override
  public void linear(int rows, Tensor x, Tensor w, Tensor b, Tensor y) {
    int out = w.shape().dim(0), in = w.shape().dim(1);
    Matrix left = Matrix.of(floats(x), 0, in), result = Matrix.of(writableFloats(y), 0, out);
    multiplyByRows(rows, out, in, left, w, result, floats(b));
  }

  /** Layers that are a single task each are shared out. */
  @Override
  public void linears(int rows, Tensor x, List<Tensor> ws, List<Tensor> bs, List<Tensor> ys) {
    if (ws.stream().anyMatch(w -> (long) rows * w.shape().size() >= WORTH_SHARING)) {
      MatmulKernels.super.linears(rows, x, ws, bs, ys);
      return;
    }
    workers.forEach(ws.size(), i -> linear(rows, x, ws.get(i), bs.get(i), ys.get(i)));
  }

  private void matmul(
      MatmulGeometry at, double alpha, float[] as, float[] bs, double beta, float[] cs) {
    int m = at.m(), n = at.n(), k = at.k();
    boolean shareMatrices = at.batch() >= ENOUGH_TASKS / 2 || work(m, n, k) < WORTH_SHARING;
    int perTask = (int) Math.max(1, Math.min(at.batch(), WORTH_SHARING / (1 + work(m, n, k))));
    int tasks = shareMatrices ? (at.batch() + perTask - 1) / perTask : at.batch();
    if (shareMatrices) {
      workers.forEach(tasks, task -> {
        int end = Math.min(at.batch(), (task + 1) * perTask);
        for (int i = task * perTask; i < end; i++) {
          Matrix left = matrix(as, at.a(), i, at.transposeA());
          Matrix right = matrix(bs, at.b(), i, at.transposeB());
          Matrix result = matrix(cs, at.c(), i, false);
          gemm.multiply(m, n, k, (float) alpha, left, right, (float) beta, result);
        }
      });
    } else {
      for (int i = 0; i < at.batch(); i++) {
        Matrix left = matrix(as, at.a(), i, at.transposeA());
        Matrix right = matrix(bs, at.b(), i, at.transposeB());
        Matrix result = matrix(cs, at.c(), i, false);
        multiply(m, n, k, (float) alpha, left, right, (float) beta, result);
      }
    }
  }

  private static Matrix matrix(float[] array, MatmulGeometry.Layout at, int i, boolean transposed) {
    int start = at.at() + i * at.stride();
    return transposed
        ? Matrix.transposed(array, start, at.row())
        : Matrix.of(array, start, at.row());
  }

  private static long work(int m, int n, int k) {
    return (long) m * n * k;
  }

  /**
   * C = alpha*A*B + beta*C by all threads. With {@code beta} 0 the old numbers of C are never read.
   *
   * @param m rows of A and C
   * @param n columns of B and C
   * @param k columns of A, rows of B
   * @param alpha factor of the product
   * @param a (M, K)
   * @param b (K, N)
   * @param beta factor of what C held
   * @param c (M, N) result, not transposed
   */
  void multiply(int m, int n, int k, float alpha, Matrix a, Matrix b, float beta, Matrix c) {
    boolean plain = alpha == 1 && beta == 0 && !a.transposed && b.transposed;
    if (plain && FewRows.suits(m, n, k)) {
      fewRows.multiply(m, n, new FewRows.Cuts(k, k, Gemm.depth(k)), a, b, c);
    } else if (work(m, n, k) < WORTH_SHARING) {
      gemm.multiply(m, n, k, alpha, a, b, beta, c);
    } else if (!a.transposed) {
      try (PackedMatrix packed = new PackedMatrix(Panels.of(b, n, alpha), n, k, workers, pool)) {
        wide(m, n, k, a, packed, beta, c, NO_BIAS);
      }
    } else {
      deep(m, n, k, a, Panels.of(b, n, alpha), beta, c);
    }
  }

  /**
   * C = A*B by all threads with the weights of a layer, of either width.
   *
   * @param m rows of A and C
   * @param n columns of B and C
   * @param k columns of A, rows of B
   * @param a (M, K), not transposed
   * @param b (N, K) the columns of B, one after the other
   * @param c (M, N) result, not transposed
   */
  void multiplyByRows(int m, int n, int k, Matrix a, Tensor b, Matrix c) {
    multiplyByRows(m, n, k, a, b, c, NO_BIAS);
  }

  /** The same with a number for each column of C added to all of it, or with none. */
  void multiplyByRows(int m, int n, int k, Matrix a, Tensor b, Matrix c, float[] bias) {
    if (FewRows.suits(m, n, k)) {
      multiplyFew(m, n, new FewRows.Cuts(k, k, Gemm.depth(k)), a, b, c);
      addBias(m, n, bias, 0, c);
      return;
    }
    Panels panels = Widened.panels(b, 0, k, n, pool);
    PackedMatrix again = keptPanels(b, n, k);
    if (work(m, n, k) < WORTH_SHARING) {
      gemm.multiply(m, n, 0, k, a, again == null ? panels : again, 0, false, c);
      addBias(m, n, bias, 0, c);
      return;
    }
    try (PackedMatrix packed =
        again == null ? new PackedMatrix(panels, n, k, workers, pool) : again) {
      wide(m, n, k, a, packed, 0, c, bias);
    }
  }

  private static void addBias(int m, int n, float[] bias, int from, Matrix c) {
    for (int i = 0; i < m && bias.length > 0; i++) {
      Columns.add(n, bias, from, c.array, c.at + i * c.row);
    }
  }

  /**
   * C = A*B by all threads for few rows of A, with the weights of a layer, of either width.
   *
   * @param m rows of A and C
   * @param n columns of B and C
   * @param cuts of the sum over k
   * @param a (M, K), not transposed
   * @param b (N, K) the columns of B, one after the other
   * @param c (M, N) result, not transposed
   */
  void multiplyFew(int m, int n, FewRows.Cuts cuts, Matrix a, Tensor b, Matrix c) {
    int k = cuts.k();
    PackedMatrix again = keptPanels(b, n, k);
    if (again != null) {
      fewRows.multiply(m, n, cuts, a, again, c);
      return;
    }
    try (Widened right = Widened.of(b, workers, pool)) {
      fewRows.multiply(m, n, cuts, a, Matrix.transposed(right.floats(), 0, k), c);
    }
  }

  /**
   * The weights of a layer in panels that are kept, if they are used again and again.
   *
   * @param b (N, K) the columns of B, one after the other
   * @param n columns of B
   * @param k rows of B
   * @return the panels; null of weights that may be about to change, and of half width
   */
  @Nullable
  PackedMatrix keptPanels(Tensor b, int n, int k) {
    if (b.dtype().isHalf()) {
      return null;
    }
    return PackedMatrix.kept(b, Widened.panels(b, 0, k, n, pool), n, k, kept, workers);
  }

  /** Tasks are blocks of C, which are still in the cache when the bias is added. */
  private void wide(
      int m, int n, int k, Matrix a, PackedMatrix b, float beta, Matrix c, float[] bias) {
    int rowBlocks = blocks(m, ROWS), rows = wholeTiles(even(m, rowBlocks));
    int strips = blocks(n, WIDE), columnBlocks = Math.min(strips, blocks(MANY_TASKS, rowBlocks));
    int columns = even(strips, columnBlocks) * WIDE;
    workers.forEach(rowBlocks * columnBlocks, task -> {
      int i = task / columnBlocks * rows, j = task % columnBlocks * columns;
      int height = Math.min(rows, m - i), width = Math.min(columns, n - j);
      if (height > 0 && width > 0) {
        Matrix block = c.from(i, j);
        boolean add = Gemm.scale(height, width, beta, block);
        gemm.multiply(height, width, k, a.from(i, 0), b, j, add, block);
        addBias(height, width, bias, j, block);
      }
    });
  }

  /**
   * C = A*B + beta*C by all threads for a long sum: every task packs the panels it needs, and the sum
   * is cut if C alone does not give enough tasks.
   *
   * @param m rows of A and C
   * @param n columns of B and C
   * @param k columns of A, rows of B
   * @param a (M, K)
   * @param b (K, N)
   * @param beta factor of what C held
   * @param c (M, N) result, not transposed
   */
  void deep(int m, int n, int k, Matrix a, Panels b, float beta, Matrix c) {
    // Otherwise the rows of A are samples, as a rule, which must not depend on how many there are.
    boolean small = a.transposed && (long) m * n < SMALL_RESULT;
    int rowBlocks = blocks(m, DEEP_ROWS),
        rows = wholeTiles(even(m, rowBlocks)),
        panels = PackedMatrix.panels(n);
    int columnBlocks = small
        ? blocks(n, DEEP_COLUMNS)
        : Math.min(panels, Math.max(blocks(n, DEEP_COLUMNS), blocks(ENOUGH_TASKS, rowBlocks)));
    int columns = even(panels, columnBlocks) * COLUMNS, blocks = rowBlocks * columnBlocks;
    int parts = small ? Math.max(1, Math.min(blocks(ENOUGH_TASKS, blocks), k / SMALLEST_PART)) : 1;
    if (small && parts * blocks < FEW_TASKS) {
      // Parts of the sum would show in its bits, smaller blocks of C do not.
      int strips = blocks(n, WIDE);
      columnBlocks = Math.min(strips, blocks(FEW_TASKS, parts * rowBlocks));
      columns = even(strips, columnBlocks) * WIDE;
      rowBlocks = Math.max(
          rowBlocks, Math.min(blocks(m, FEW_ROWS), blocks(FEW_TASKS, parts * columnBlocks)));
      rows = wholeTiles(even(m, rowBlocks));
    }
    deep(m, n, k, a, b, beta, c, new Cut(rows, rowBlocks, columns, columnBlocks, parts));
  }

  /** Into what {@link #deep} cuts C, and its sums into how many parts. */
  private record Cut(int rows, int rowBlocks, int columns, int columnBlocks, int parts) {}

  private void deep(int m, int n, int k, Matrix a, Panels b, float beta, Matrix c, Cut cut) {
    int rows = cut.rows, columns = cut.columns, columnBlocks = cut.columnBlocks, parts = cut.parts;
    int blocks = cut.rowBlocks * columnBlocks, length = even(k, parts), size = m * n;
    float[] sums = pool.take(parts == 1 ? 0 : Shape.product(parts, size));
    workers.forEach(parts * blocks, task -> {
      int part = task / blocks, block = task % blocks;
      int i = block / columnBlocks * rows, j = block % columnBlocks * columns;
      int height = Math.min(rows, m - i), width = Math.min(columns, n - j);
      int from = Math.min(k, part * length), to = Math.min(k, from + length);
      if (height > 0 && width > 0) {
        Matrix whole = parts == 1 ? c : Matrix.of(sums, part * size, n), into = whole.from(i, j);
        boolean add = parts == 1 && Gemm.scale(height, width, beta, into);
        gemm.multiply(height, width, from, to, a.from(i, 0), b, j, add, into);
      }
    });
    if (parts > 1) {
      addParts(m, n, parts, sums, beta, c);
    }
    pool.give(sums);
  }

  /** C = beta*C + the partial results, in order. */
  private void addParts(int m, int n, int parts, float[] sums, float beta, Matrix c) {
    int rows = Math.max(1, SUMMANDS / (parts * n));
    workers.forEach(blocks(m, rows), task -> {
      for (int i = task * rows; i < Math.min(m, (task + 1) * rows); i++) {
        int at = c.at + i * c.row;
        boolean add = Gemm.scale(1, n, beta, c.from(i, 0));
        if (!add) {
          System.arraycopy(sums, i * n, c.array, at, n);
        }
        for (int part = add ? 0 : 1; part < parts; part++) {
          Columns.add(n, sums, (part * m + i) * n, c.array, at);
        }
      }
    });
  }

  /** Rows of a block without a ragged end, unless it is the last. */
  private static int wholeTiles(int rows) {
    return (rows + Tile.WHOLE - 1) / Tile.WHOLE * Tile.WHOLE;
  }

  /** How many blocks of at most {@code size} cover {@code count}. */
  private static int blocks(int count, int size) {
    return (count + size - 1) / size;
  }

  /** Size of blocks when {@code count} is cut into so many of them evenly. */
  private static int even(int count, int blocks) {
    return (count + blocks - 1) / Math.max(1, blocks);
  }
}
