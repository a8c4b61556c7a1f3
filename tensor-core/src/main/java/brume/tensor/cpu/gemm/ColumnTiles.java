package brume.tensor.cpu.gemm;

import static brume.tensor.cpu.gemm.Tile.COLUMNS;
import static brume.tensor.cpu.gemm.Tile.LANES;
import static brume.tensor.cpu.gemm.Tile.LENGTH;
import static brume.tensor.cpu.gemm.Tile.SHORT;
import static brume.tensor.cpu.gemm.Tile.TALL;
import static brume.tensor.cpu.gemm.Tile.WHOLE;
import static brume.tensor.cpu.gemm.Tile.WIDE;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;

/**
 * Products of neighboring columns of a matrix, which are the rows of A, and a panel, or some columns of
 * a matrix that lie in memory as those of a panel would. What the tiles do not fit goes through a scratch
 * tile, from which only the elements that exist are copied.
 *
 * @see Tile
 */
public final class ColumnTiles {

  private ColumnTiles() {}

  /**
   * Columns of a matrix, which are the rows of A, times a panel or two.
   *
   * @param m number of columns
   * @param k elements of each, rows of the panel
   * @param a holds A
   * @param aAt where the first element of column 0 is; the other columns lie next to it
   * @param aRow elements from one element of a column to the next
   * @param panels holds the panels
   * @param panelAt where the first starts
   * @param step elements from there to the second
   * @param bRow elements from one row of the panels to the next
   * @param width columns of the panels that exist in C, at most {@link Tile#WIDE}
   * @param c holds C
   * @param cAt where row 0 of C starts
   * @param cRow elements from one row of C to the next
   * @param add whether to add to C
   * @param edge scratch space
   */
  public static void multiply(
      int m,
      int k,
      float[] a,
      int aAt,
      int aRow,
      float[] panels,
      int panelAt,
      int step,
      int bRow,
      int width,
      float[] c,
      int cAt,
      int cRow,
      boolean add,
      float[] edge) {
    int first = 0;
    if (width == WIDE && WIDE > COLUMNS) {
      first = WideColumnTiles.multiply(
          m, k, a, aAt, aRow, panels, panelAt, step, bRow, c, cAt, cRow, add, edge);
    } else if (MiddleTiles.suit(width)) {
      first = MiddleTiles.multiplyColumns(
          m, k, a, aAt, aRow, panels, panelAt, step, bRow, width, c, cAt, cRow, add, edge);
    }
    for (int j = 0; j < width && first < m; j += COLUMNS) {
      int some = Math.min(COLUMNS, width - j), at = panelAt + j / COLUMNS * step, to = cAt + j;
      if (some == LENGTH && first == 0 && m % NarrowTiles.HEIGHT == 0) {
        NarrowTiles.multiplyColumns(m, k, a, aAt, aRow, panels, at, bRow, c, to, cRow, add);
      } else {
        multiplyPanel(first, m, k, a, aAt, aRow, panels, at, bRow, some, c, to, cRow, add, edge);
      }
    }
  }

  /** Columns from {@code first} to {@code m}, times a panel. */
  private static void multiplyPanel(
      int first,
      int m,
      int k,
      float[] a,
      int aAt,
      int aRow,
      float[] panel,
      int panelAt,
      int bRow,
      int width,
      float[] c,
      int cAt,
      int cRow,
      boolean add,
      float[] edge) {
    boolean whole = width == COLUMNS;
    for (int i = first; i < m; ) {
      int height = Tile.height(m - i);
      boolean fits = height <= m - i, direct = whole && fits;
      float[] out = direct ? c : edge;
      int outAt = direct ? cAt + i * cRow : 0, outRow = direct ? cRow : COLUMNS;
      if (height == TALL) {
        sixColumns(k, a, aAt + i, aRow, panel, panelAt, bRow, out, outAt, outRow, add && direct);
      } else if (fits) {
        fourColumns(k, a, aAt + i, aRow, panel, panelAt, bRow, out, outAt, outRow, add && direct);
      } else {
        int strip = WHOLE * COLUMNS;
        copyStrip(a, aAt + i, aRow, m - i, k, edge, strip);
        fourColumns(k, edge, strip, SHORT, panel, panelAt, bRow, edge, 0, COLUMNS, false);
      }
      if (!direct) {
        Tile.copy(edge, COLUMNS, Math.min(height, m - i), width, c, cAt + i * cRow, cRow, add);
      }
      i += height;
    }
  }

  /**
   * Six columns of a matrix, which are the rows of A, times a panel.
   *
   * @param k columns of A, rows of the panel
   * @param a holds A
   * @param aAt where the first element of the first column starts; the other columns lie next to it
   * @param aRow elements from one element of a column to the next
   * @param b holds the panel
   * @param bAt where the panel starts
   * @param bRow elements from one of its rows to the next
   * @param c holds C
   * @param cAt where row 0 of C starts
   * @param cRow elements from one row of C to the next
   * @param add whether to add to C
   */
  private static void sixColumns(
      int k,
      float[] a,
      int aAt,
      int aRow,
      float[] b,
      int bAt,
      int bRow,
      float[] c,
      int cAt,
      int cRow,
      boolean add) {
    FloatVector s0 = FloatVector.zero(LANES), t0 = FloatVector.zero(LANES);
    FloatVector s1 = FloatVector.zero(LANES), t1 = FloatVector.zero(LANES);
    FloatVector s2 = FloatVector.zero(LANES), t2 = FloatVector.zero(LANES);
    FloatVector s3 = FloatVector.zero(LANES), t3 = FloatVector.zero(LANES);
    FloatVector s4 = FloatVector.zero(LANES), t4 = FloatVector.zero(LANES);
    FloatVector s5 = FloatVector.zero(LANES), t5 = FloatVector.zero(LANES);
    for (int i = 0; i < k; i++) {
      int at = bAt + i * bRow, ai = aAt + i * aRow;
      FloatVector left = fromArray(LANES, b, at), right = fromArray(LANES, b, at + LENGTH);
      FloatVector x = broadcast(LANES, a[ai]);
      s0 = x.fma(left, s0);
      t0 = x.fma(right, t0);
      x = broadcast(LANES, a[ai + 1]);
      s1 = x.fma(left, s1);
      t1 = x.fma(right, t1);
      x = broadcast(LANES, a[ai + 2]);
      s2 = x.fma(left, s2);
      t2 = x.fma(right, t2);
      x = broadcast(LANES, a[ai + 3]);
      s3 = x.fma(left, s3);
      t3 = x.fma(right, t3);
      x = broadcast(LANES, a[ai + 4]);
      s4 = x.fma(left, s4);
      t4 = x.fma(right, t4);
      x = broadcast(LANES, a[ai + 5]);
      s5 = x.fma(left, s5);
      t5 = x.fma(right, t5);
    }
    if (add) {
      s0 = s0.add(fromArray(LANES, c, cAt));
      t0 = t0.add(fromArray(LANES, c, cAt + LENGTH));
      s1 = s1.add(fromArray(LANES, c, cAt + cRow));
      t1 = t1.add(fromArray(LANES, c, cAt + cRow + LENGTH));
      s2 = s2.add(fromArray(LANES, c, cAt + 2 * cRow));
      t2 = t2.add(fromArray(LANES, c, cAt + 2 * cRow + LENGTH));
      s3 = s3.add(fromArray(LANES, c, cAt + 3 * cRow));
      t3 = t3.add(fromArray(LANES, c, cAt + 3 * cRow + LENGTH));
      s4 = s4.add(fromArray(LANES, c, cAt + 4 * cRow));
      t4 = t4.add(fromArray(LANES, c, cAt + 4 * cRow + LENGTH));
      s5 = s5.add(fromArray(LANES, c, cAt + 5 * cRow));
      t5 = t5.add(fromArray(LANES, c, cAt + 5 * cRow + LENGTH));
    }
    s0.intoArray(c, cAt);
    t0.intoArray(c, cAt + LENGTH);
    s1.intoArray(c, cAt + cRow);
    t1.intoArray(c, cAt + cRow + LENGTH);
    s2.intoArray(c, cAt + 2 * cRow);
    t2.intoArray(c, cAt + 2 * cRow + LENGTH);
    s3.intoArray(c, cAt + 3 * cRow);
    t3.intoArray(c, cAt + 3 * cRow + LENGTH);
    s4.intoArray(c, cAt + 4 * cRow);
    t4.intoArray(c, cAt + 4 * cRow + LENGTH);
    s5.intoArray(c, cAt + 5 * cRow);
    t5.intoArray(c, cAt + 5 * cRow + LENGTH);
  }

  /**
   * Four columns of a matrix, which are the rows of A, times a panel.
   *
   * @param k columns of A, rows of the panel
   * @param a holds A
   * @param aAt where the first element of the first column starts; the other columns lie next to it
   * @param aRow elements from one element of a column to the next
   * @param b holds the panel
   * @param bAt where the panel starts
   * @param bRow elements from one of its rows to the next
   * @param c holds C
   * @param cAt where row 0 of C starts
   * @param cRow elements from one row of C to the next
   * @param add whether to add to C
   */
  private static void fourColumns(
      int k,
      float[] a,
      int aAt,
      int aRow,
      float[] b,
      int bAt,
      int bRow,
      float[] c,
      int cAt,
      int cRow,
      boolean add) {
    FloatVector s0 = FloatVector.zero(LANES), t0 = FloatVector.zero(LANES);
    FloatVector s1 = FloatVector.zero(LANES), t1 = FloatVector.zero(LANES);
    FloatVector s2 = FloatVector.zero(LANES), t2 = FloatVector.zero(LANES);
    FloatVector s3 = FloatVector.zero(LANES), t3 = FloatVector.zero(LANES);
    for (int i = 0; i < k; i++) {
      int at = bAt + i * bRow, ai = aAt + i * aRow;
      FloatVector left = fromArray(LANES, b, at), right = fromArray(LANES, b, at + LENGTH);
      FloatVector x = broadcast(LANES, a[ai]);
      s0 = x.fma(left, s0);
      t0 = x.fma(right, t0);
      x = broadcast(LANES, a[ai + 1]);
      s1 = x.fma(left, s1);
      t1 = x.fma(right, t1);
      x = broadcast(LANES, a[ai + 2]);
      s2 = x.fma(left, s2);
      t2 = x.fma(right, t2);
      x = broadcast(LANES, a[ai + 3]);
      s3 = x.fma(left, s3);
      t3 = x.fma(right, t3);
    }
    if (add) {
      s0 = s0.add(fromArray(LANES, c, cAt));
      t0 = t0.add(fromArray(LANES, c, cAt + LENGTH));
      s1 = s1.add(fromArray(LANES, c, cAt + cRow));
      t1 = t1.add(fromArray(LANES, c, cAt + cRow + LENGTH));
      s2 = s2.add(fromArray(LANES, c, cAt + 2 * cRow));
      t2 = t2.add(fromArray(LANES, c, cAt + 2 * cRow + LENGTH));
      s3 = s3.add(fromArray(LANES, c, cAt + 3 * cRow));
      t3 = t3.add(fromArray(LANES, c, cAt + 3 * cRow + LENGTH));
    }
    s0.intoArray(c, cAt);
    t0.intoArray(c, cAt + LENGTH);
    s1.intoArray(c, cAt + cRow);
    t1.intoArray(c, cAt + cRow + LENGTH);
    s2.intoArray(c, cAt + 2 * cRow);
    t2.intoArray(c, cAt + 2 * cRow + LENGTH);
    s3.intoArray(c, cAt + 3 * cRow);
    t3.intoArray(c, cAt + 3 * cRow + LENGTH);
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
