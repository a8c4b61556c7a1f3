package brume.tensor.cpu;

import static brume.tensor.cpu.Tile.COLUMNS;

/**
 * All panels of a right-hand matrix B, packed once for all tasks that multiply with it: panel j starts
 * at {@code j*K*COLUMNS}, its row p at {@code p*COLUMNS} from there. To be closed after use, which
 * gives its array back to the pool.
 */
final class PackedMatrix implements AutoCloseable {

  private static final int PANELS_PER_TASK_FLOATS = 1 << 14;

  private final FloatPool pool;
  private final int n;
  private final int k;
  private final float[] array;

  /**
   * Packs.
   *
   * @param b (K, N)
   * @param n columns
   * @param k rows
   * @param workers share the work
   * @param pool lends the array
   */
  PackedMatrix(Panels b, int n, int k, Workers workers, FloatPool pool) {
    this.pool = pool;
    this.n = n;
    this.k = k;
    int panels = panels(n), panel = k * COLUMNS;
    array = pool.take(panels * panel);
    int perTask = Math.max(1, PANELS_PER_TASK_FLOATS / Math.max(1, panel));
    workers.forEach((panels + perTask - 1) / perTask, task -> {
      int end = Math.min(panels, (task + 1) * perTask);
      for (int j = task * perTask; j < end; j++) {
        b.pack(j * COLUMNS, 0, k, array, j * panel);
      }
    });
  }

  /**
   * Number of panels of a matrix.
   *
   * @param n its columns
   * @return enough to hold them
   */
  static int panels(int n) {
    return (n + COLUMNS - 1) / COLUMNS;
  }

  /** The array that holds all panels. */
  float[] array() {
    return array;
  }

  /** Where row {@code p} of the panel starts whose first column is {@code column}. */
  int at(int column, int p) {
    return column * k + p * COLUMNS;
  }

  /** Columns of that panel that exist in B. */
  int width(int column) {
    return Math.min(COLUMNS, n - column);
  }

  @Override
  public void close() {
    pool.give(array);
  }
}
