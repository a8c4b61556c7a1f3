package brume.tensor.cpu.gemm;

import static brume.tensor.cpu.gemm.Tile.COLUMNS;
import static brume.tensor.cpu.gemm.Tile.WIDE;

import brume.tensor.Shape;
import brume.tensor.cpu.loop.CacheLine;
import brume.tensor.cpu.loop.FloatPool;
import java.util.Arrays;

/**
 * The product of two matrices, by one thread.
 *
 * <p>B is packed into panels of a few columns and at most {@link #DEPTH} rows, which stay in the cache
 * while all rows of A pass by. A is read where it lies: packing it would pay only for far wider
 * products than networks have. Sums over k are taken in such blocks, and block sums are added up,
 * which also keeps rounding errors of long sums small.
 */
public final class Gemm {

  /** Most rows of B in one panel: 24 KB in 16 columns, and in 32 a twentieth of a second-level cache. */
  private static final int DEPTH = 384;

  /** Rows of a wide result that are brought into the cache together. */
  private static final int WIDE_ROWS = 48;

  /** Columns of a narrow result, for which A is read once or twice only. */
  private static final int NARROW = 2 * COLUMNS;

  /** Shortest row of A for which reading it before it is needed pays. */
  private static final int LONG_ROW = 128;

  private final FloatPool pool;

  /**
   * A product that borrows its panels.
   *
   * @param pool lends scratch space
   */
  public Gemm(FloatPool pool) {
    this.pool = pool;
  }

  /**
   * C = alpha*A*B + beta*C. With {@code beta} 0 the old numbers of C are never read.
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
  public void multiply(int m, int n, int k, float alpha, Matrix a, Matrix b, float beta, Matrix c) {
    boolean add = scale(m, n, beta, c);
    multiply(m, n, 0, k, a, Panels.of(b, n, alpha), 0, add, c);
  }

  /**
   * C = A*B or C += A*B for a part of the columns of B and C, and a part of the sum over k.
   *
   * @param m rows of A and C
   * @param n columns of C
   * @param from first column of A and row of B
   * @param to column of A and row of B behind the last
   * @param a (M, K)
   * @param b (K, N)
   * @param column of B, the first that is used
   * @param add whether to add to C
   * @param c (M, N) result, not transposed
   */
  public void multiply(
      int m, int n, int from, int to, Matrix a, Panels b, int column, boolean add, Matrix c) {
    try (Scratch scratch = scratch(to - from)) {
      multiply(m, n, from, to, a, b, column, add, c, scratch);
    }
  }

  /**
   * The same with scratch space that is lent once for many small products.
   *
   * @param m rows of A and C
   * @param n columns of C
   * @param from first column of A and row of B
   * @param to column of A and row of B behind the last
   * @param a (M, K)
   * @param b (K, N)
   * @param column of B, the first that is used
   * @param add whether to add to C
   * @param c (M, N) result, not transposed
   * @param scratch for sums as long as this one, or longer
   */
  public void multiply(
      int m,
      int n,
      int from,
      int to,
      Matrix a,
      Panels b,
      int column,
      boolean add,
      Matrix c,
      Scratch scratch) {
    if (from == to && !add) {
      clear(m, n, c);
    }
    int depth = depth(to - from), panelAt = CacheLine.START;
    float[] panels = scratch.panels, edge = scratch.edge;
    int[] rows = a.transposed ? new int[0] : a.rows(m);
    boolean more = add;
    for (int p = from; p < to; p += depth) {
      int k = Math.min(depth, to - p);
      for (int j = 0; j < n; j += WIDE) {
        int width = Math.min(WIDE, n - j), cAt = c.at + j, step = k * COLUMNS;
        for (int i = 0; i < width; i += COLUMNS) {
          b.pack(column + j + i, p, p + k, panels, panelAt + i * k);
        }
        if (a.transposed) {
          int at = a.at + p * a.row;
          ColumnTiles.multiply(
              m, k, a.array, at, a.row, panels, panelAt, step, COLUMNS, width, c.array, cAt, c.row,
              more, edge);
        } else {
          RowTiles.multiply(
              m, k, a.array, rows, p, panels, panelAt, step, width, c.array, cAt, c.row, more,
              edge);
        }
      }
      more = true;
    }
  }

  /**
   * Scratch space of products. To be closed after use.
   *
   * @param k longest of their sums
   * @return panels and a tile
   */
  public Scratch scratch(int k) {
    return new Scratch(pool, Math.min(k, DEPTH));
  }

  /** Room for what is packed of B, and for tiles that do not fit. For use by one thread. */
  public static final class Scratch implements AutoCloseable {

    private final FloatPool lender;
    private final float[] panels;
    private final float[] edge;

    private Scratch(FloatPool lender, int depth) {
      this.lender = lender;
      panels = lender.take(CacheLine.START + Shape.product(depth, WIDE));
      edge = lender.take(Tile.edgeLength(depth));
    }

    @Override
    public void close() {
      lender.give(panels);
      lender.give(edge);
    }
  }

  /**
   * C = A*B or C += A*B with panels of B that are packed already.
   *
   * @param m rows of A and C
   * @param n columns of C
   * @param k columns of A, rows of B
   * @param a (M, K), not transposed
   * @param b (K, N)
   * @param column of B, the first that is used; panels start there
   * @param add whether to add to C
   * @param c (M, N) result, not transposed
   */
  public void multiply(
      int m, int n, int k, Matrix a, PackedMatrix b, int column, boolean add, Matrix c) {
    // A result that is much larger than A is new to the cache. Zeros written in one go bring it in
    // twice as fast as tiles do.
    boolean wide = !add && c.row == n && n > 2 * k;
    int height = wide ? Math.min(WIDE_ROWS, m) : m;
    float[] edge = pool.take(Tile.edgeLength(0));
    int[] rows = a.rows(height);
    for (int i = 0; i < m; i += height) {
      int count = Math.min(height, m - i), at = c.at + i * c.row;
      if (wide) {
        Arrays.fill(c.array, at, at + count * n, 0);
      }
      if (n <= NARROW && k >= LONG_ROW) {
        edge[0] = a.from(i, 0).readInOrder(count, k);
      }
      int shift = i * a.row;
      if (RowStrips.suits(count, n)) {
        FasterWay way = RowStrips.orTiles(n, k);
        boolean strips = way.first();
        long begun = System.nanoTime();
        if (strips) {
          multiplyStrips(
              count, n, k, a.array, rows, shift, b, column, add, c.array, at, c.row, edge);
        } else {
          multiplyTiles(
              count, n, k, a.array, rows, shift, b, column, add, c.array, at, c.row, edge);
        }
        way.took(strips, System.nanoTime() - begun, count);
      } else {
        multiplyTiles(count, n, k, a.array, rows, shift, b, column, add, c.array, at, c.row, edge);
      }
    }
    pool.give(edge);
  }

  private void multiplyStrips(
      int m,
      int n,
      int k,
      float[] a,
      int[] rows,
      int shift,
      PackedMatrix b,
      int column,
      boolean add,
      float[] c,
      int at,
      int row,
      float[] edge) {
    int depth = depth(k);
    for (int p = 0; p < k; p += depth) {
      int some = Math.min(depth, k - p), panelAt = b.at(column, p);
      boolean more = add || p > 0;
      try (RowStrips strips = new RowStrips(m, some, a, rows, shift + p, pool)) {
        strips.multiply(0, some, b.array(), panelAt, b.step(), n, c, at, row, more, edge);
      }
    }
  }

  private static void multiplyTiles(
      int m,
      int n,
      int k,
      float[] a,
      int[] rows,
      int shift,
      PackedMatrix b,
      int column,
      boolean add,
      float[] c,
      int at,
      int row,
      float[] edge) {
    int depth = depth(k);
    for (int j = 0; j < n; j += WIDE) {
      int width = Math.min(WIDE, n - j), cAt = at + j, step = b.step();
      for (int p = 0; p < k; p += depth) {
        int some = Math.min(depth, k - p), panelAt = b.at(column + j, p);
        boolean more = add || p > 0;
        RowTiles.multiply(
            m, some, a, rows, shift + p, b.array(), panelAt, step, width, c, cAt, row, more, edge);
      }
    }
  }

  /**
   * Into what a sum is cut: blocks as long as each other, but perhaps for the last.
   *
   * @param k length of the sum
   * @return length of its blocks
   */
  public static int depth(int k) {
    int blocks = Math.max(1, (k + DEPTH - 1) / DEPTH);
    return (k + blocks - 1) / blocks;
  }

  /**
   * C = beta*C, unless {@code beta} is 0.
   * @param m rows
   * @param n columns
   * @param beta the factor
   * @param c (M, N), not transposed
   * @return whether what C holds now is to be added to
   */
  public static boolean scale(int m, int n, float beta, Matrix c) {
    if (beta != 0 && beta != 1) {
      for (int i = 0; i < m; i++) {
        int row = c.at + i * c.row;
        for (int j = row; j < row + n; j++) {
          c.array[j] *= beta;
        }
      }
    }
    return beta != 0;
  }

  private static void clear(int m, int n, Matrix c) {
    for (int i = 0; i < m; i++) {
      int row = c.at + i * c.row;
      Arrays.fill(c.array, row, row + n, 0);
    }
  }
}
