package brume.tensor.cpu;

import static brume.tensor.cpu.MicroKernel.COLUMNS;

/**
 * Covers any number of rows of A and columns of a panel with calls of {@link MicroKernel}. What its
 * tiles do not fit goes through a scratch tile, from which only the elements that exist are copied.
 */
final class Tiles {

  /** Rows of the tallest tile. */
  private static final int TALL = 6;

  private static final int SHORT = 4;

  private Tiles() {}

  /**
   * Elements of scratch space for depths up to {@code k}: a tile, and a strip of A.
   *
   * @param k columns of A
   * @return length of the array called {@code edge} below
   */
  static int edgeLength(int k) {
    return TALL * COLUMNS + SHORT * k;
  }

  /**
   * Rows of A that start anywhere, times a panel.
   *
   * @param m number of rows
   * @param k columns of A, rows of the panel
   * @param a holds A
   * @param rows where each row starts
   * @param shift added to all of {@code rows}
   * @param panel holds the panel
   * @param panelAt where it starts
   * @param width columns of the panel that exist in C
   * @param c holds C
   * @param cAt where row 0 of C starts
   * @param cRow elements from one row of C to the next
   * @param add whether to add to C
   * @param edge scratch space
   */
  static void rows(
      int m,
      int k,
      float[] a,
      int[] rows,
      int shift,
      float[] panel,
      int panelAt,
      int width,
      float[] c,
      int cAt,
      int cRow,
      boolean add,
      float[] edge) {
    boolean whole = width == COLUMNS;
    for (int i = 0; i < m; ) {
      int height = height(m - i);
      boolean direct = whole && height <= m - i;
      float[] out = direct ? c : edge;
      int outAt = direct ? cAt + i * cRow : 0, outRow = direct ? cRow : COLUMNS;
      int last = m - 1;
      int a0 = rows[i] + shift;
      int a1 = rows[Math.min(i + 1, last)] + shift;
      int a2 = rows[Math.min(i + 2, last)] + shift;
      int a3 = rows[Math.min(i + 3, last)] + shift;
      if (height == TALL) {
        int a4 = rows[i + 4] + shift, a5 = rows[i + 5] + shift;
        MicroKernel.sixRows(
            k, a, a0, a1, a2, a3, a4, a5, panel, panelAt, out, outAt, outRow, add && direct);
      } else {
        MicroKernel.fourRows(
            k, a, a0, a1, a2, a3, panel, panelAt, out, outAt, outRow, add && direct);
      }
      if (!direct) {
        copy(edge, Math.min(height, m - i), width, c, cAt + i * cRow, cRow, add);
      }
      i += height;
    }
  }

  /**
   * Columns of a matrix, which are the rows of A, times a panel.
   *
   * @param m number of columns
   * @param k elements of each, rows of the panel
   * @param a holds A
   * @param aAt where the first element of column 0 is; the other columns lie next to it
   * @param aRow elements from one element of a column to the next
   * @param panel holds the panel
   * @param width columns of the panel that exist in C
   * @param c holds C
   * @param cAt where row 0 of C starts
   * @param cRow elements from one row of C to the next
   * @param add whether to add to C
   * @param edge scratch space
   */
  static void columns(
      int m,
      int k,
      float[] a,
      int aAt,
      int aRow,
      float[] panel,
      int width,
      float[] c,
      int cAt,
      int cRow,
      boolean add,
      float[] edge) {
    boolean whole = width == COLUMNS;
    for (int i = 0; i < m; ) {
      int height = height(m - i);
      boolean fits = height <= m - i, direct = whole && fits;
      float[] out = direct ? c : edge;
      int outAt = direct ? cAt + i * cRow : 0, outRow = direct ? cRow : COLUMNS;
      if (height == TALL) {
        MicroKernel.sixColumns(k, a, aAt + i, aRow, panel, 0, out, outAt, outRow, add && direct);
      } else if (fits) {
        MicroKernel.fourColumns(k, a, aAt + i, aRow, panel, 0, out, outAt, outRow, add && direct);
      } else {
        int strip = TALL * COLUMNS;
        copyStrip(a, aAt + i, aRow, m - i, k, edge, strip);
        MicroKernel.fourColumns(k, edge, strip, SHORT, panel, 0, edge, 0, COLUMNS, false);
      }
      if (!direct) {
        copy(edge, Math.min(height, m - i), width, c, cAt + i * cRow, cRow, add);
      }
      i += height;
    }
  }

  /** Height of the next tile: six, but four where that leaves no ragged end. */
  private static int height(int rows) {
    return rows >= TALL && rows != 2 * SHORT ? TALL : SHORT;
  }

  /** The part of the scratch tile that exists, to C. */
  private static void copy(
      float[] tile, int rows, int columns, float[] c, int cAt, int cRow, boolean add) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        int at = cAt + i * cRow + j;
        c[at] = add ? c[at] + tile[i * COLUMNS + j] : tile[i * COLUMNS + j];
      }
    }
  }

  /** Fewer than four columns, filled up with zeros. */
  private static void copyStrip(
      float[] a, int aAt, int aRow, int columns, int k, float[] strip, int at) {
    for (int p = 0; p < k; p++) {
      for (int i = 0; i < SHORT; i++) {
        strip[at + p * SHORT + i] = i < columns ? a[aAt + p * aRow + i] : 0;
      }
    }
  }
}
