package brume.tensor.cpu.gemm;

import static brume.tensor.cpu.gemm.Tile.LANES;
import static brume.tensor.cpu.gemm.Tile.LENGTH;
import static brume.tensor.cpu.gemm.Tile.SHORT;
import static brume.tensor.cpu.gemm.Tile.WIDE;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;

/**
 * Products of neighboring columns of a matrix, which are the rows of A, and two panels at once, where
 * there are registers for such tiles. What they do not fit is left to {@link ColumnTiles}.
 *
 * @see Tile
 */
final class WideColumnTiles {

  private WideColumnTiles() {}

  /**
   * Columns of a matrix, which are the rows of A, times two whole panels.
   *
   * @param m number of columns
   * @param k elements of each, rows of the panels
   * @param a holds A
   * @param aAt where the first element of column 0 is; the other columns lie next to it
   * @param aRow elements from one element of a column to the next
   * @param panels holds the panels
   * @param panelAt where the first starts
   * @param step elements from there to the second
   * @param bRow elements from one row of the panels to the next
   * @param c holds C
   * @param cAt where row 0 of C starts
   * @param cRow elements from one row of C to the next
   * @param add whether to add to C
   * @param edge scratch space
   * @return how many columns are done; fewer than {@link Tile#SHORT} are left
   */
  static int multiply(
      int m,
      int k,
      float[] a,
      int aAt,
      int aRow,
      float[] panels,
      int panelAt,
      int step,
      int bRow,
      float[] c,
      int cAt,
      int cRow,
      boolean add,
      float[] edge) {
    int i = 0;
    for (; i + SHORT <= m; i += SHORT) {
      int at = cAt + i * cRow;
      if (add) {
        fourColumns(k, a, aAt + i, aRow, panels, panelAt, step, bRow, edge, 0, WIDE);
        Tile.copy(edge, WIDE, SHORT, WIDE, c, at, cRow, true);
      } else {
        fourColumns(k, a, aAt + i, aRow, panels, panelAt, step, bRow, c, at, cRow);
      }
    }
    return i;
  }

  /**
   * Four columns of a matrix, which are the rows of A, times two panels.
   *
   * @param k columns of A, rows of the panels
   * @param a holds A
   * @param aAt where the first element of the first column is; the other columns lie next to it
   * @param aRow elements from one element of a column to the next
   * @param b holds the panels
   * @param bAt where the first starts
   * @param bStep elements from there to the second
   * @param bRow elements from one row of the panels to the next
   * @param c holds C
   * @param cAt where row 0 of C starts
   * @param cRow elements from one row of C to the next
   */
  private static void fourColumns(
      int k,
      float[] a,
      int aAt,
      int aRow,
      float[] b,
      int bAt,
      int bStep,
      int bRow,
      float[] c,
      int cAt,
      int cRow) {
    FloatVector s0 = zero(LANES), t0 = zero(LANES), u0 = zero(LANES), v0 = zero(LANES);
    FloatVector s1 = zero(LANES), t1 = zero(LANES), u1 = zero(LANES), v1 = zero(LANES);
    FloatVector s2 = zero(LANES), t2 = zero(LANES), u2 = zero(LANES), v2 = zero(LANES);
    FloatVector s3 = zero(LANES), t3 = zero(LANES), u3 = zero(LANES), v3 = zero(LANES);
    for (int i = 0; i < k; i++) {
      int at = bAt + i * bRow, at2 = at + bStep, ai = aAt + i * aRow;
      FloatVector b0 = fromArray(LANES, b, at), b1 = fromArray(LANES, b, at + LENGTH);
      FloatVector b2 = fromArray(LANES, b, at2), b3 = fromArray(LANES, b, at2 + LENGTH);
      FloatVector x = broadcast(LANES, a[ai]);
      s0 = x.fma(b0, s0);
      t0 = x.fma(b1, t0);
      u0 = x.fma(b2, u0);
      v0 = x.fma(b3, v0);
      x = broadcast(LANES, a[ai + 1]);
      s1 = x.fma(b0, s1);
      t1 = x.fma(b1, t1);
      u1 = x.fma(b2, u1);
      v1 = x.fma(b3, v1);
      x = broadcast(LANES, a[ai + 2]);
      s2 = x.fma(b0, s2);
      t2 = x.fma(b1, t2);
      u2 = x.fma(b2, u2);
      v2 = x.fma(b3, v2);
      x = broadcast(LANES, a[ai + 3]);
      s3 = x.fma(b0, s3);
      t3 = x.fma(b1, t3);
      u3 = x.fma(b2, u3);
      v3 = x.fma(b3, v3);
    }
    s0.intoArray(c, cAt);
    t0.intoArray(c, cAt + LENGTH);
    u0.intoArray(c, cAt + 2 * LENGTH);
    v0.intoArray(c, cAt + 3 * LENGTH);
    s1.intoArray(c, cAt + cRow);
    t1.intoArray(c, cAt + cRow + LENGTH);
    u1.intoArray(c, cAt + cRow + 2 * LENGTH);
    v1.intoArray(c, cAt + cRow + 3 * LENGTH);
    s2.intoArray(c, cAt + 2 * cRow);
    t2.intoArray(c, cAt + 2 * cRow + LENGTH);
    u2.intoArray(c, cAt + 2 * cRow + 2 * LENGTH);
    v2.intoArray(c, cAt + 2 * cRow + 3 * LENGTH);
    s3.intoArray(c, cAt + 3 * cRow);
    t3.intoArray(c, cAt + 3 * cRow + LENGTH);
    u3.intoArray(c, cAt + 3 * cRow + 2 * LENGTH);
    v3.intoArray(c, cAt + 3 * cRow + 3 * LENGTH);
  }
}
