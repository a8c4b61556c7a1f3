package brume.cuda;

/**
 * The shapes of the tiles in which blocks compute matrix products and convolutions; the kernels for
 * each are described in tile.cuh.
 */
enum Tile {
  SMALL(16, 16),
  WIDE(16, 64),
  MEDIUM(32, 32),
  TALL(64, 16),
  LARGE(64, 64);

  /** Threads of a block. */
  static final int THREADS = 64;

  /** Columns and rows of the panels in which tiles take their factors. */
  static final int DEPTH = 16;

  private final int rows;
  private final int columns;

  Tile(int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
  }

  /**
   * The shape that computes a result with the least work.
   *
   * @param m rows of the result
   * @param n columns of the result
   * @return the shape
   */
  static Tile of(int m, int n) {
    Tile best = SMALL;
    for (Tile tile : values()) {
      if (tile.work(m, n) < best.work(m, n)) {
        best = tile;
      }
    }
    return best;
  }

  /** Rows of the result that a block computes. */
  int rows() {
    return rows;
  }

  /** Columns of the result that a block computes. */
  int columns() {
    return columns;
  }

  /** Operations up to a factor: of all products, and of fetching each number of the panels. */
  private double work(int m, int n) {
    return (double) count(m, n) * (rows * columns + Tile.DEPTH * (rows + columns));
  }

  /**
   * How many tiles cover a result.
   *
   * @param m rows of the result
   * @param n columns of the result
   * @return the number of blocks
   */
  int count(int m, int n) {
    return Math.multiplyExact(ceil(m, rows), ceil(n, columns));
  }

  /** Rounds a quotient up. */
  static int ceil(int a, int b) {
    return a / b + (a % b == 0 ? 0 : 1);
  }
}
