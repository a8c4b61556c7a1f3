package brume.tensor.cpu.gemm;

import static brume.tensor.cpu.gemm.Tile.COLUMNS;

import java.util.Arrays;

/**
 * The panels of a matrix B stored column by column, as the weights of a layer are.
 *
 * @param b (K, N)
 * @param n columns
 */
record TransposedPanels(Matrix b, int n) implements Panels {

  private static final int EIGHT = 8;

  @Override
  public void pack(int column, int from, int to, float[] panel, int at) {
    int width = Math.min(COLUMNS, n - column);
    if (width < COLUMNS) {
      Arrays.fill(panel, at, at + (to - from) * COLUMNS, 0);
    }
    for (int p = from; p < to; p += STRIP) {
      packStrip(column, width, p, Math.min(STRIP, to - p), panel, at + (p - from) * COLUMNS);
    }
  }

  private void packStrip(int column, int width, int p, int rows, float[] panel, int at) {
    int first = b.at + column * b.row + p, squares = rows / Transposition.SIDE * Transposition.SIDE;
    int j = 0;
    for (; Transposition.SUPPORTED && j + Transposition.SIDE <= width; j += Transposition.SIDE) {
      int from = first + j * b.row;
      Transposition.columnsToRows(squares, b.array, from, b.row, panel, at + j, COLUMNS);
      for (int i = j; i < j + Transposition.SIDE && squares < rows; i += EIGHT) {
        int rest = first + i * b.row + squares, to = at + squares * COLUMNS + i;
        packEightColumns(rows - squares, b.array, rest, b.row, panel, to);
      }
    }
    for (; j + EIGHT <= width; j += EIGHT) {
      packEightColumns(rows, b.array, first + j * b.row, b.row, panel, at + j);
    }
    for (; j < width; j++) {
      packColumn(rows, b.array, first + j * b.row, panel, at + j);
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

  @Override
  public float readInOrder(int column, int rows) {
    int width = Math.min(COLUMNS, n - column);
    return Matrix.of(b.array, b.at + column * b.row, b.row).readInOrder(width, rows);
  }
}
