package brume.tensor.cpu.gemm;

import static brume.tensor.cpu.gemm.Tile.COLUMNS;
import static brume.tensor.cpu.gemm.Tile.LANES;
import static brume.tensor.cpu.gemm.Tile.LENGTH;
import static brume.tensor.cpu.gemm.Tile.TALL;
import static brume.tensor.cpu.gemm.Tile.WIDE;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;

/**
 * Products with a panel and a half, where there are registers for tiles of three vectors: results of 48
 * channels. A tile of two vectors and one of a single vector beside it would read A twice.
 *
 * @see Tile
 */
final class MiddleTiles {

  // Instructions for three vectors of a row of C and a row of the panels, counted in what C2 makes:
  // 8.8
  // on JDK 17 and 7.7 on 25; 6.5 of six by two and 5.1 of eight by one together on 17, 5.7 and 4.1
  // on 25.

  /** Columns of a tile. */
  private static final int WIDTH = COLUMNS + LENGTH;

  private MiddleTiles() {}

  /**
   * Whether the tiles fit.
   *
   * @param width columns of two panels that exist
   * @return true of more than one panel and not more than a half besides
   */
  static boolean suit(int width) {
    return WIDE > COLUMNS && width > COLUMNS && width <= WIDTH;
  }

  /**
   * Rows of A that start anywhere, times a panel and a half.
   *
   * @param m number of rows
   * @param k columns of A, rows of the panels
   * @param a holds A
   * @param rows where each row starts
   * @param shift added to all of {@code rows}
   * @param panels holds the panels
   * @param panelAt where the first starts
   * @param step elements from there to the second
   * @param width columns of the panels that exist in C
   * @param c holds C
   * @param cAt where row 0 of C starts
   * @param cRow elements from one row of C to the next
   * @param add whether to add to C
   * @param edge scratch space
   */
  static void multiplyRows(
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
    int last = m - 1;
    for (int i = 0; i < m; i += TALL) {
      int count = Math.min(TALL, m - i), at = cAt + i * cRow;
      boolean direct = count == TALL && width == WIDTH && !add;
      sixRows(
          k,
          a,
          rows[i] + shift,
          rows[Math.min(i + 1, last)] + shift,
          rows[Math.min(i + 2, last)] + shift,
          rows[Math.min(i + 3, last)] + shift,
          rows[Math.min(i + 4, last)] + shift,
          rows[Math.min(i + 5, last)] + shift,
          panels,
          panelAt,
          step,
          direct ? c : edge,
          direct ? at : 0,
          direct ? cRow : WIDTH);
      if (!direct) {
        Tile.copy(edge, WIDTH, count, width, c, at, cRow, add);
      }
    }
  }

  /**
   * Six rows of A, each contiguous, times a panel and a half.
   *
   * @param k columns of A, rows of the panels
   * @param a holds A
   * @param a0 where row 0 of A starts
   * @param a1 where row 1 of A starts
   * @param a2 where row 2 of A starts
   * @param a3 where row 3 of A starts
   * @param a4 where row 4 of A starts
   * @param a5 where row 5 of A starts
   * @param b holds the panels
   * @param bAt where the first starts
   * @param bStep elements from there to the second
   * @param c holds C
   * @param cAt where row 0 of C starts
   * @param cRow elements from one row of C to the next
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
      int bStep,
      float[] c,
      int cAt,
      int cRow) {
    FloatVector s0 = zero(LANES), t0 = zero(LANES), u0 = zero(LANES);
    FloatVector s1 = zero(LANES), t1 = zero(LANES), u1 = zero(LANES);
    FloatVector s2 = zero(LANES), t2 = zero(LANES), u2 = zero(LANES);
    FloatVector s3 = zero(LANES), t3 = zero(LANES), u3 = zero(LANES);
    FloatVector s4 = zero(LANES), t4 = zero(LANES), u4 = zero(LANES);
    FloatVector s5 = zero(LANES), t5 = zero(LANES), u5 = zero(LANES);
    int to1 = a1 - a0;
    int to2 = a2 - a0;
    int to3 = a3 - a0;
    int to4 = a4 - a0;
    int to5 = a5 - a0;
    int end = a0 + k, toB = bAt - a0 * COLUMNS;
    for (int i = a0; i < end; i++) {
      int at = toB + i * COLUMNS;
      FloatVector b0 = fromArray(LANES, b, at), b1 = fromArray(LANES, b, at + LENGTH);
      FloatVector b2 = fromArray(LANES, b, at + bStep);
      FloatVector x = broadcast(LANES, a[i]);
      s0 = x.fma(b0, s0);
      t0 = x.fma(b1, t0);
      u0 = x.fma(b2, u0);
      x = broadcast(LANES, a[i + to1]);
      s1 = x.fma(b0, s1);
      t1 = x.fma(b1, t1);
      u1 = x.fma(b2, u1);
      x = broadcast(LANES, a[i + to2]);
      s2 = x.fma(b0, s2);
      t2 = x.fma(b1, t2);
      u2 = x.fma(b2, u2);
      x = broadcast(LANES, a[i + to3]);
      s3 = x.fma(b0, s3);
      t3 = x.fma(b1, t3);
      u3 = x.fma(b2, u3);
      x = broadcast(LANES, a[i + to4]);
      s4 = x.fma(b0, s4);
      t4 = x.fma(b1, t4);
      u4 = x.fma(b2, u4);
      x = broadcast(LANES, a[i + to5]);
      s5 = x.fma(b0, s5);
      t5 = x.fma(b1, t5);
      u5 = x.fma(b2, u5);
    }
    s0.intoArray(c, cAt);
    t0.intoArray(c, cAt + LENGTH);
    u0.intoArray(c, cAt + 2 * LENGTH);
    s1.intoArray(c, cAt + cRow);
    t1.intoArray(c, cAt + cRow + LENGTH);
    u1.intoArray(c, cAt + cRow + 2 * LENGTH);
    s2.intoArray(c, cAt + 2 * cRow);
    t2.intoArray(c, cAt + 2 * cRow + LENGTH);
    u2.intoArray(c, cAt + 2 * cRow + 2 * LENGTH);
    s3.intoArray(c, cAt + 3 * cRow);
    t3.intoArray(c, cAt + 3 * cRow + LENGTH);
    u3.intoArray(c, cAt + 3 * cRow + 2 * LENGTH);
    s4.intoArray(c, cAt + 4 * cRow);
    t4.intoArray(c, cAt + 4 * cRow + LENGTH);
    u4.intoArray(c, cAt + 4 * cRow + 2 * LENGTH);
    s5.intoArray(c, cAt + 5 * cRow);
    t5.intoArray(c, cAt + 5 * cRow + LENGTH);
    u5.intoArray(c, cAt + 5 * cRow + 2 * LENGTH);
  }

  /**
   * Neighboring columns of a matrix, which are the rows of A, times a panel and a half.
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
   * @param width columns of the panels that exist in C
   * @param c holds C
   * @param cAt where row 0 of C starts
   * @param cRow elements from one row of C to the next
   * @param add whether to add to C
   * @param edge scratch space
   * @return how many columns are done; fewer than {@link Tile#TALL} are left
   */
  static int multiplyColumns(
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
    boolean direct = width == WIDTH && !add;
    int i = 0;
    for (; i + TALL <= m; i += TALL) {
      int at = cAt + i * cRow;
      float[] out = direct ? c : edge;
      sixColumns(
          k,
          a,
          aAt + i,
          aRow,
          panels,
          panelAt,
          step,
          bRow,
          out,
          direct ? at : 0,
          direct ? cRow : WIDTH);
      if (!direct) {
        Tile.copy(edge, WIDTH, TALL, width, c, at, cRow, add);
      }
    }
    return i;
  }

  /**
   * Six columns of a matrix, which are the rows of A, times a panel and a half.
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
  private static void sixColumns(
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
    FloatVector s0 = zero(LANES), t0 = zero(LANES), u0 = zero(LANES);
    FloatVector s1 = zero(LANES), t1 = zero(LANES), u1 = zero(LANES);
    FloatVector s2 = zero(LANES), t2 = zero(LANES), u2 = zero(LANES);
    FloatVector s3 = zero(LANES), t3 = zero(LANES), u3 = zero(LANES);
    FloatVector s4 = zero(LANES), t4 = zero(LANES), u4 = zero(LANES);
    FloatVector s5 = zero(LANES), t5 = zero(LANES), u5 = zero(LANES);
    for (int i = 0; i < k; i++) {
      int at = bAt + i * bRow, ai = aAt + i * aRow;
      FloatVector b0 = fromArray(LANES, b, at), b1 = fromArray(LANES, b, at + LENGTH);
      FloatVector b2 = fromArray(LANES, b, at + bStep);
      FloatVector x = broadcast(LANES, a[ai]);
      s0 = x.fma(b0, s0);
      t0 = x.fma(b1, t0);
      u0 = x.fma(b2, u0);
      x = broadcast(LANES, a[ai + 1]);
      s1 = x.fma(b0, s1);
      t1 = x.fma(b1, t1);
      u1 = x.fma(b2, u1);
      x = broadcast(LANES, a[ai + 2]);
      s2 = x.fma(b0, s2);
      t2 = x.fma(b1, t2);
      u2 = x.fma(b2, u2);
      x = broadcast(LANES, a[ai + 3]);
      s3 = x.fma(b0, s3);
      t3 = x.fma(b1, t3);
      u3 = x.fma(b2, u3);
      x = broadcast(LANES, a[ai + 4]);
      s4 = x.fma(b0, s4);
      t4 = x.fma(b1, t4);
      u4 = x.fma(b2, u4);
      x = broadcast(LANES, a[ai + 5]);
      s5 = x.fma(b0, s5);
      t5 = x.fma(b1, t5);
      u5 = x.fma(b2, u5);
    }
    s0.intoArray(c, cAt);
    t0.intoArray(c, cAt + LENGTH);
    u0.intoArray(c, cAt + 2 * LENGTH);
    s1.intoArray(c, cAt + cRow);
    t1.intoArray(c, cAt + cRow + LENGTH);
    u1.intoArray(c, cAt + cRow + 2 * LENGTH);
    s2.intoArray(c, cAt + 2 * cRow);
    t2.intoArray(c, cAt + 2 * cRow + LENGTH);
    u2.intoArray(c, cAt + 2 * cRow + 2 * LENGTH);
    s3.intoArray(c, cAt + 3 * cRow);
    t3.intoArray(c, cAt + 3 * cRow + LENGTH);
    u3.intoArray(c, cAt + 3 * cRow + 2 * LENGTH);
    s4.intoArray(c, cAt + 4 * cRow);
    t4.intoArray(c, cAt + 4 * cRow + LENGTH);
    u4.intoArray(c, cAt + 4 * cRow + 2 * LENGTH);
    s5.intoArray(c, cAt + 5 * cRow);
    t5.intoArray(c, cAt + 5 * cRow + LENGTH);
    u5.intoArray(c, cAt + 5 * cRow + 2 * LENGTH);
  }
}
