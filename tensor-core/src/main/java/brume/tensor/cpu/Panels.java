package brume.tensor.cpu;

import static brume.tensor.cpu.Tile.COLUMNS;

import java.util.Arrays;

/** A right-hand matrix B that can be cut into panels for {@link Tile}. */
@FunctionalInterface
interface Panels {

  /** Rows that are packed column by column before the next: they stay in the first-level cache. */
  int STRIP = 64;

  /**
   * Packs {@link Tile#COLUMNS} neighboring columns, row by row. Columns beyond the last are
   * zeros.
   *
   * @param column the first of them
   * @param from first row
   * @param to row behind the last
   * @param panel receives the numbers
   * @param at where it receives them
   */
  void pack(int column, int from, int to, float[] panel, int at);

  /**
   * The panels of a stored matrix.
   *
   * @param b (K, N)
   * @param n columns
   * @param alpha factor of all its numbers
   * @return its panels
   */
  static Panels of(Matrix b, int n, float alpha) {
    Panels plain = b.transposed
        ? (column, from, to, panel, at) -> packTransposed(b, n, column, from, to, panel, at)
        : (column, from, to, panel, at) -> packRows(b, n, column, from, to, panel, at);
    if (alpha == 1) {
      return plain;
    }
    return (column, from, to, panel, at) -> {
      plain.pack(column, from, to, panel, at);
      for (int i = at; i < at + (to - from) * COLUMNS; i++) {
        panel[i] *= alpha;
      }
    };
  }

  private static void packRows(
      Matrix b, int n, int column, int from, int to, float[] panel, int at) {
    packRows(to - from, n - column, b.array, b.at + from * b.row + column, b.row, panel, at);
  }

  /**
   * Packs rows of a panel from contiguous numbers.
   *
   * @param rows number of rows
   * @param columns how many numbers each has left; what is missing of a panel's width becomes zero
   * @param from holds the numbers
   * @param fromAt where those of the first row start
   * @param fromRow elements from there to those of the next row
   * @param panel receives the rows
   * @param at where it receives them
   */
  static void packRows(
      int rows, int columns, float[] from, int fromAt, int fromRow, float[] panel, int at) {
    if (columns >= COLUMNS) {
      Tile.packRows(rows, from, fromAt, fromRow, panel, at);
      return;
    }
    for (int i = 0; i < rows; i++) {
      int target = at + i * COLUMNS;
      System.arraycopy(from, fromAt + i * fromRow, panel, target, columns);
      Arrays.fill(panel, target + columns, target + COLUMNS, 0);
    }
  }

  private static void packTransposed(
      Matrix b, int n, int column, int from, int to, float[] panel, int at) {
    int width = Math.min(COLUMNS, n - column);
    if (width < COLUMNS) {
      Arrays.fill(panel, at, at + (to - from) * COLUMNS, 0);
    }
    for (int p = from; p < to; p += STRIP) {
      int count = Math.min(STRIP, to - p), target = at + (p - from) * COLUMNS;
      int j = 0;
      for (; j + 8 <= width; j += 8) {
        packEightColumns(count, b.array, b.at + (column + j) * b.row + p, b.row, panel, target + j);
      }
      for (; j < width; j++) {
        packColumn(count, b.array, b.at + (column + j) * b.row + p, panel, target + j);
      }
    }
  }

  // Eight at a time: one column alone waits for memory more often than it works.
  private static void packEightColumns(
      int count, float[] from, int fromAt, int fromRow, float[] panel, int at) {
    int at1 = fromAt + fromRow, at2 = at1 + fromRow, at3 = at2 + fromRow;
    int at4 = at3 + fromRow, at5 = at4 + fromRow, at6 = at5 + fromRow, at7 = at6 + fromRow;
    for (int i = 0; i < count; i++) {
      int to = at + i * COLUMNS;
      panel[to] = from[fromAt + i];
      panel[to + 1] = from[at1 + i];
      panel[to + 2] = from[at2 + i];
      panel[to + 3] = from[at3 + i];
      panel[to + 4] = from[at4 + i];
      panel[to + 5] = from[at5 + i];
      panel[to + 6] = from[at6 + i];
      panel[to + 7] = from[at7 + i];
    }
  }

  private static void packColumn(int count, float[] from, int fromAt, float[] panel, int at) {
    for (int i = 0; i < count; i++) {
      panel[at + i * COLUMNS] = from[fromAt + i];
    }
  }
}
