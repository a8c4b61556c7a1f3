package brume.tensor.cpu.gemm;

import static brume.tensor.cpu.gemm.Tile.COLUMNS;
import static brume.tensor.cpu.gemm.Tile.LENGTH;
import static brume.tensor.cpu.gemm.Tile.WIDE;

import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.loop.Workers;

/**
 * The product of a matrix A of few rows and a matrix B stored column by column: a few pixels or samples
 * times the weights of a layer. Packing B would take longer than multiplying, so the two change places:
 * A is packed into panels, columns of B are read where they lie, and tiles are turned as they are
 * stored. Sums are the same chains as those of {@link Gemm}, cut at the same places, and so are the
 * bits. A single row is left to {@link SingleRow}.
 */
public final class FewRows {

  /** Most rows: with more, packing B is soon repaid. */
  private static final int MOST = 32;

  /** Columns of B that are read at once, and by a task: a multiple of tiles. */
  private static final int HEIGHT = 16;

  /** Elements of B below which waking another thread takes longer than the product. */
  private static final long WORTH_SHARING = 1 << 16;

  private final Workers workers;
  private final FloatPool pool;

  /**
   * A kernel.
   *
   * @param workers the threads
   * @param pool lends scratch space
   */
  public FewRows(Workers workers, FloatPool pool) {
    this.workers = workers;
    this.pool = pool;
  }

  /**
   * Whether this is the faster way.
   *
   * @param m rows of A and C
   * @param n columns of B and C
   * @param k columns of A, rows of B
   * @return true for few rows and many columns
   */
  public static boolean suits(int m, int n, int k) {
    return m <= MOST && n >= m && k > 0;
  }

  /**
   * Where sums over k are cut: into pieces, and those into blocks.
   *
   * @param k length of the sum
   * @param piece length of a piece
   * @param depth length of all blocks of a piece but its last
   */
  public record Cuts(int k, int piece, int depth) {}

  /**
   * C = A*B.
   *
   * @param m rows of A and C
   * @param n columns of B and C
   * @param cuts of the sum over k
   * @param a (M, K), not transposed
   * @param b (K, N), transposed
   * @param c (M, N) result, not transposed
   */
  public void multiply(int m, int n, Cuts cuts, Matrix a, Matrix b, Matrix c) {
    int perTask = (long) n * cuts.k > WORTH_SHARING ? HEIGHT : n;
    if (m == 1) {
      workers.forEach((n + perTask - 1) / perTask, task -> {
        int first = task * perTask;
        SingleRow.multiply(first, Math.min(n, first + perTask), cuts, a, b, c);
      });
      return;
    }
    Panels rows = Panels.of(Matrix.transposed(a.array, a.at, a.row), m, 1);
    try (PackedMatrix packed = new PackedMatrix(rows, m, cuts.k, workers, pool)) {
      workers.forEach((n + perTask - 1) / perTask, task -> {
        int first = task * perTask, count = Math.min(perTask, n - first);
        float[] tile = pool.take(HEIGHT * COLUMNS), edge = pool.take(Tile.edgeLength(0));
        for (int j = first; j < first + count; j += HEIGHT) {
          int height = Math.min(HEIGHT, first + count - j);
          int[] columns = Matrix.of(b.array, b.at + j * b.row, b.row).rows(height);
          for (int i = 0; i < m; i += COLUMNS) {
            int width = Math.min(COLUMNS, m - i);
            multiply(b.array, columns, cuts, packed, i, width, tile, edge);
            turn(width, height, tile, c.array, c.at + i * c.row + j, c.row);
          }
        }
        pool.give(tile);
        pool.give(edge);
      });
    }
  }

  /**
   * C = A*B where B has been packed before: nothing changes places, and memory is read from end to end.
   *
   * @param m rows of A and C
   * @param n columns of B and C
   * @param cuts of the sum over k
   * @param a (M, K), not transposed
   * @param b (K, N)
   * @param c (M, N) result, not transposed
   */
  public void multiply(int m, int n, Cuts cuts, Matrix a, PackedMatrix b, Matrix c) {
    int perTask = (long) n * cuts.k > WORTH_SHARING ? WIDE : n;
    int[] rows = a.rows(m);
    workers.forEach((n + perTask - 1) / perTask, task -> {
      float[] edge = pool.take(Tile.edgeLength(0));
      int end = Math.min(n, (task + 1) * perTask);
      for (int j = task * perTask; j < end; j += WIDE) {
        multiplyPanels(m, rows, cuts, a.array, b, j, Math.min(WIDE, end - j), c, edge);
      }
      pool.give(edge);
    });
  }

  private static void multiplyPanels(
      int m,
      int[] rows,
      Cuts cuts,
      float[] a,
      PackedMatrix b,
      int column,
      int width,
      Matrix c,
      float[] edge) {
    for (int piece = 0; piece < cuts.k; piece += cuts.piece) {
      for (int p = 0; p < cuts.piece; p += cuts.depth) {
        int k = Math.min(cuts.depth, cuts.piece - p), at = piece + p;
        RowTiles.multiply(
            m,
            k,
            a,
            rows,
            at,
            b.array(),
            b.at(column, at),
            b.step(),
            width,
            c.array,
            c.at + column,
            c.row,
            at > 0,
            edge);
      }
    }
  }

  /** Some columns of B times a panel. */
  private static void multiply(
      float[] b,
      int[] columns,
      Cuts cuts,
      PackedMatrix a,
      int row,
      int width,
      float[] tile,
      float[] edge) {
    int filled = width <= LENGTH ? LENGTH : COLUMNS; // panels are filled up with zeros
    for (int piece = 0; piece < cuts.k; piece += cuts.piece) {
      for (int p = 0; p < cuts.piece; p += cuts.depth) {
        int k = Math.min(cuts.depth, cuts.piece - p), at = piece + p;
        RowTiles.multiply(
            columns.length,
            k,
            b,
            columns,
            at,
            a.array(),
            a.at(row, at),
            a.step(),
            filled,
            tile,
            0,
            COLUMNS,
            at > 0,
            edge);
      }
    }
  }

  /** Rows of C are columns of the tile. */
  private static void turn(int rows, int columns, float[] tile, float[] c, int at, int row) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        c[at + i * row + j] = tile[j * COLUMNS + i];
      }
    }
  }
}
