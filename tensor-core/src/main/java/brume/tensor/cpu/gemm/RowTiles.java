package brume.tensor.cpu.gemm;

import static brume.tensor.cpu.gemm.Tile.COLUMNS;
import static brume.tensor.cpu.gemm.Tile.LANES;
import static brume.tensor.cpu.gemm.Tile.LENGTH;
import static brume.tensor.cpu.gemm.Tile.TALL;
import static brume.tensor.cpu.gemm.Tile.WIDE;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;

/**
 * Products of rows of A, each contiguous but starting anywhere, and a panel. What the tiles do not fit
 * goes through a scratch tile, from which only the elements that exist are copied.
 *
 * @see Tile
 */
public final class RowTiles {

  private RowTiles() {}

  /**
   * Rows of A that start anywhere, times a panel or two.
   *
   * @param m number of rows
   * @param k columns of A, rows of the panel
   * @param a holds A
   * @param rows where each row starts
   * @param shift added to all of {@code rows}
   * @param panels holds the panels
   * @param panelAt where the first starts
   * @param step elements from there to the second
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
      int[] rows,
      int shift,
      float[] panels,
      int panelAt,
      int step,
      int width,
      float[] c,
      int cAt,
      int cRow,
      boolean add,
      float[] edge) {
    int first = 0;
    if (width == WIDE && WIDE > COLUMNS) {
      first = WideRowTiles.multiply(
          m, k, a, rows, shift, panels, panelAt, step, c, cAt, cRow, add, edge);
    } else if (MiddleTiles.suit(width)) {
      MiddleTiles.multiplyRows(
          m, k, a, rows, shift, panels, panelAt, step, width, c, cAt, cRow, add, edge);
      return;
    }
    for (int j = 0; j < width && first < m; j += COLUMNS) {
      int some = Math.min(COLUMNS, width - j), at = panelAt + j / COLUMNS * step, to = cAt + j;
      if (some <= LENGTH) {
        NarrowTiles.multiplyRows(m, k, a, rows, shift, panels, at, some, c, to, cRow, add, edge);
      } else {
        multiplyPanel(first, m, k, a, rows, shift, panels, at, some, c, to, cRow, add, edge);
      }
    }
  }

  /** Rows from {@code first} to {@code m}, times a panel. */
  static void multiplyPanel(
      int first,
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
    for (int i = first; i < m; ) {
      int height = Tile.height(m - i);
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
        sixRows(k, a, a0, a1, a2, a3, a4, a5, panel, panelAt, out, outAt, outRow, add && direct);
      } else {
        fourRows(k, a, a0, a1, a2, a3, panel, panelAt, out, outAt, outRow, add && direct);
      }
      if (!direct) {
        Tile.copy(edge, COLUMNS, Math.min(height, m - i), width, c, cAt + i * cRow, cRow, add);
      }
      i += height;
    }
  }

  /**
   * Six rows of A, each contiguous, times a panel.
   *
   * @param k columns of A, rows of the panel
   * @param a holds A
   * @param a0 where row 0 of A starts
   * @param a1 where row 1 of A starts
   * @param a2 where row 2 of A starts
   * @param a3 where row 3 of A starts
   * @param a4 where row 4 of A starts
   * @param a5 where row 5 of A starts
   * @param b holds the panel
   * @param bAt where the panel starts
   * @param c holds C
   * @param cAt where row 0 of C starts
   * @param cRow elements from one row of C to the next
   * @param add whether to add to C
   */
  private static void sixRows(
      int k,
      float[] a,
      int a0,
      int a1,
      int a2,
      int a3,
      int a4,
      int a5,
      float[] b,
      int bAt,
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
    int to1 = a1 - a0;
    int to2 = a2 - a0;
    int to3 = a3 - a0;
    int to4 = a4 - a0;
    int to5 = a5 - a0;
    int end = a0 + k, toB = bAt - a0 * COLUMNS;
    for (int i = a0; i < end; i++) {
      int at = toB + i * COLUMNS;
      FloatVector left = fromArray(LANES, b, at), right = fromArray(LANES, b, at + LENGTH);
      FloatVector x = broadcast(LANES, a[i]);
      s0 = x.fma(left, s0);
      t0 = x.fma(right, t0);
      x = broadcast(LANES, a[i + to1]);
      s1 = x.fma(left, s1);
      t1 = x.fma(right, t1);
      x = broadcast(LANES, a[i + to2]);
      s2 = x.fma(left, s2);
      t2 = x.fma(right, t2);
      x = broadcast(LANES, a[i + to3]);
      s3 = x.fma(left, s3);
      t3 = x.fma(right, t3);
      x = broadcast(LANES, a[i + to4]);
      s4 = x.fma(left, s4);
      t4 = x.fma(right, t4);
      x = broadcast(LANES, a[i + to5]);
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
   * Four rows of A, each contiguous, times a panel.
   *
   * @param k columns of A, rows of the panel
   * @param a holds A
   * @param a0 where row 0 of A starts
   * @param a1 where row 1 of A starts
   * @param a2 where row 2 of A starts
   * @param a3 where row 3 of A starts
   * @param b holds the panel
   * @param bAt where the panel starts
   * @param c holds C
   * @param cAt where row 0 of C starts
   * @param cRow elements from one row of C to the next
   * @param add whether to add to C
   */
  private static void fourRows(
      int k,
      float[] a,
      int a0,
      int a1,
      int a2,
      int a3,
      float[] b,
      int bAt,
      float[] c,
      int cAt,
      int cRow,
      boolean add) {
    FloatVector s0 = FloatVector.zero(LANES), t0 = FloatVector.zero(LANES);
    FloatVector s1 = FloatVector.zero(LANES), t1 = FloatVector.zero(LANES);
    FloatVector s2 = FloatVector.zero(LANES), t2 = FloatVector.zero(LANES);
    FloatVector s3 = FloatVector.zero(LANES), t3 = FloatVector.zero(LANES);
    int to1 = a1 - a0;
    int to2 = a2 - a0;
    int to3 = a3 - a0;
    int end = a0 + k, toB = bAt - a0 * COLUMNS;
    for (int i = a0; i < end; i++) {
      int at = toB + i * COLUMNS;
      FloatVector left = fromArray(LANES, b, at), right = fromArray(LANES, b, at + LENGTH);
      FloatVector x = broadcast(LANES, a[i]);
      s0 = x.fma(left, s0);
      t0 = x.fma(right, t0);
      x = broadcast(LANES, a[i + to1]);
      s1 = x.fma(left, s1);
      t1 = x.fma(right, t1);
      x = broadcast(LANES, a[i + to2]);
      s2 = x.fma(left, s2);
      t2 = x.fma(right, t2);
      x = broadcast(LANES, a[i + to3]);
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
}
