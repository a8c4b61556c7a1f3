package brume.tensor.cpu.gemm;

import static brume.tensor.cpu.gemm.Tile.COLUMNS;

import java.util.Arrays;

/** A right-hand matrix B that can be cut into panels for {@link Tile}. */
@FunctionalInterface
public interface Panels {

  /** Rows that are packed column by column before the next: they stay in the first-level cache. */
  int STRIP = 128;

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
   * Brings a panel into the cache if packing would not read it in the order in which it lies in memory,
   * which memory is slow to follow.
   *
   * @param column the first of the panel
   * @param rows of the panel
   * @return a number that depends on all that was read, or else nothing would be
   */
  default float readInOrder(int column, int rows) {
    return 0;
  }

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
        ? new TransposedPanels(b, n)
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
    if (columns == Tile.LENGTH) {
      Tile.packHalfRows(rows, from, fromAt, fromRow, panel, at);
      return;
    }
    for (int i = 0; i < rows; i++) {
      int target = at + i * COLUMNS;
      System.arraycopy(from, fromAt + i * fromRow, panel, target, columns);
      Arrays.fill(panel, target + columns, target + COLUMNS, 0);
    }
  }
}
