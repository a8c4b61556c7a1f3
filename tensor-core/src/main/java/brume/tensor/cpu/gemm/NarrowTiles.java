package brume.tensor.cpu.gemm;

import static brume.tensor.cpu.gemm.Tile.COLUMNS;
import static brume.tensor.cpu.gemm.Tile.LANES;
import static brume.tensor.cpu.gemm.Tile.LENGTH;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;

/**
 * Products with a panel of which only the left vector exists in C: results of few channels. Half as wide
 * as the other tiles and twice as tall, for as many chains of sums; a chain is the same as theirs.
 *
 * @see Tile
 */
public final class NarrowTiles {

  /** Rows of a tile: eight chains hide the latency of two units with four cycles each. */
  public static final int HEIGHT = 8;

  private NarrowTiles() {}

  /**
   * As {@link RowTiles#multiply}, for a panel of no more than {@link Tile#LENGTH} columns.
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
  static void multiplyRows(
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
    for (int i = 0; i < m; i += HEIGHT) {
      int height = Math.min(HEIGHT, m - i), at = cAt + i * cRow;
      if (width == LENGTH) {
        eightRows(k, a, rows, i, shift, m, panel, panelAt, c, at, cRow, add);
      } else {
        eightRows(k, a, rows, i, shift, m, panel, panelAt, edge, 0, LENGTH, false);
        Tile.copy(edge, LENGTH, height, width, c, at, cRow, add);
      }
    }
  }

  /**
   * As {@link ColumnTiles#multiply}, for whole tiles and a panel of {@link Tile#LENGTH} columns.
   *
   * @param m number of columns, a multiple of {@link #HEIGHT}
   * @param k elements of each, rows of the panel
   * @param a holds A
   * @param aAt where the first element of column 0 is; the other columns lie next to it
   * @param aRow elements from one element of a column to the next
   * @param panel holds the panel
   * @param panelAt where it starts
   * @param bRow elements from one of its rows to the next
   * @param c holds C
   * @param cAt where row 0 of C starts
   * @param cRow elements from one row of C to the next
   * @param add whether to add to C
   */
  static void multiplyColumns(
      int m,
      int k,
      float[] a,
      int aAt,
      int aRow,
      float[] panel,
      int panelAt,
      int bRow,
      float[] c,
      int cAt,
      int cRow,
      boolean add) {
    for (int i = 0; i < m; i += HEIGHT) {
      eightColumns(k, a, aAt + i, aRow, panel, panelAt, bRow, c, cAt + i * cRow, cRow, add);
    }
  }

  /**
   * Eight rows of A, each contiguous, times the left half of a panel.
   *
   * @param k columns of A, rows of the panel
   * @param a holds A
   * @param rows where each row starts
   * @param row number of the first row; rows behind the last are the last, of A and of C
   * @param shift added to all of {@code rows}
   * @param m number of rows
   * @param b holds the panel
   * @param bAt where the panel starts
   * @param c holds C
   * @param cAt where row 0 of C starts
   * @param cRow elements from one row of C to the next
   * @param add whether to add to C
   */
  private static void eightRows(
      int k,
      float[] a,
      int[] rows,
      int row,
      int shift,
      int m,
      float[] b,
      int bAt,
      float[] c,
      int cAt,
      int cRow,
      boolean add) {
    int last = m - 1, first = rows[row] + shift;
    int to1 = rows[Math.min(row + 1, last)] + shift - first;
    int to2 = rows[Math.min(row + 2, last)] + shift - first;
    int to3 = rows[Math.min(row + 3, last)] + shift - first;
    int to4 = rows[Math.min(row + 4, last)] + shift - first;
    int to5 = rows[Math.min(row + 5, last)] + shift - first;
    int to6 = rows[Math.min(row + 6, last)] + shift - first;
    int to7 = rows[Math.min(row + 7, last)] + shift - first;
    int behind = last - row;
    int c1 = cAt + Math.min(1, behind) * cRow, c2 = cAt + Math.min(2, behind) * cRow;
    int c3 = cAt + Math.min(3, behind) * cRow, c4 = cAt + Math.min(4, behind) * cRow;
    int c5 = cAt + Math.min(5, behind) * cRow, c6 = cAt + Math.min(6, behind) * cRow;
    int c7 = cAt + Math.min(7, behind) * cRow;
    FloatVector s0 = FloatVector.zero(LANES), s1 = FloatVector.zero(LANES);
    FloatVector s2 = FloatVector.zero(LANES), s3 = FloatVector.zero(LANES);
    FloatVector s4 = FloatVector.zero(LANES), s5 = FloatVector.zero(LANES);
    FloatVector s6 = FloatVector.zero(LANES), s7 = FloatVector.zero(LANES);
    int end = first + k, toB = bAt - first * COLUMNS;
    for (int i = first; i < end; i++) {
      FloatVector y = fromArray(LANES, b, toB + i * COLUMNS);
      s0 = broadcast(LANES, a[i]).fma(y, s0);
      s1 = broadcast(LANES, a[i + to1]).fma(y, s1);
      s2 = broadcast(LANES, a[i + to2]).fma(y, s2);
      s3 = broadcast(LANES, a[i + to3]).fma(y, s3);
      s4 = broadcast(LANES, a[i + to4]).fma(y, s4);
      s5 = broadcast(LANES, a[i + to5]).fma(y, s5);
      s6 = broadcast(LANES, a[i + to6]).fma(y, s6);
      s7 = broadcast(LANES, a[i + to7]).fma(y, s7);
    }
    if (add) {
      s0 = s0.add(fromArray(LANES, c, cAt));
      s1 = s1.add(fromArray(LANES, c, c1));
      s2 = s2.add(fromArray(LANES, c, c2));
      s3 = s3.add(fromArray(LANES, c, c3));
      s4 = s4.add(fromArray(LANES, c, c4));
      s5 = s5.add(fromArray(LANES, c, c5));
      s6 = s6.add(fromArray(LANES, c, c6));
      s7 = s7.add(fromArray(LANES, c, c7));
    }
    s0.intoArray(c, cAt);
    s1.intoArray(c, c1);
    s2.intoArray(c, c2);
    s3.intoArray(c, c3);
    s4.intoArray(c, c4);
    s5.intoArray(c, c5);
    s6.intoArray(c, c6);
    s7.intoArray(c, c7);
  }

  /**
   * Eight columns of a matrix, which are the rows of A, times the left half of a panel.
   *
   * @param k elements of each column, rows of the panel
   * @param a holds A
   * @param aAt where the first element of the first column is; the other columns lie next to it
   * @param aRow elements from one element of a column to the next
   * @param b holds the panel
   * @param bAt where the panel starts
   * @param bRow elements from one of its rows to the next
   * @param c holds C
   * @param cAt where row 0 of C starts
   * @param cRow elements from one row of C to the next
   * @param add whether to add to C
   */
  private static void eightColumns(
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
    FloatVector s0 = FloatVector.zero(LANES), s1 = FloatVector.zero(LANES);
    FloatVector s2 = FloatVector.zero(LANES), s3 = FloatVector.zero(LANES);
    FloatVector s4 = FloatVector.zero(LANES), s5 = FloatVector.zero(LANES);
    FloatVector s6 = FloatVector.zero(LANES), s7 = FloatVector.zero(LANES);
    for (int i = 0; i < k; i++) {
      int at = aAt + i * aRow;
      FloatVector y = fromArray(LANES, b, bAt + i * bRow);
      s0 = broadcast(LANES, a[at]).fma(y, s0);
      s1 = broadcast(LANES, a[at + 1]).fma(y, s1);
      s2 = broadcast(LANES, a[at + 2]).fma(y, s2);
      s3 = broadcast(LANES, a[at + 3]).fma(y, s3);
      s4 = broadcast(LANES, a[at + 4]).fma(y, s4);
      s5 = broadcast(LANES, a[at + 5]).fma(y, s5);
      s6 = broadcast(LANES, a[at + 6]).fma(y, s6);
      s7 = broadcast(LANES, a[at + 7]).fma(y, s7);
    }
    if (add) {
      s0 = s0.add(fromArray(LANES, c, cAt));
      s1 = s1.add(fromArray(LANES, c, cAt + cRow));
      s2 = s2.add(fromArray(LANES, c, cAt + 2 * cRow));
      s3 = s3.add(fromArray(LANES, c, cAt + 3 * cRow));
      s4 = s4.add(fromArray(LANES, c, cAt + 4 * cRow));
      s5 = s5.add(fromArray(LANES, c, cAt + 5 * cRow));
      s6 = s6.add(fromArray(LANES, c, cAt + 6 * cRow));
      s7 = s7.add(fromArray(LANES, c, cAt + 7 * cRow));
    }
    s0.intoArray(c, cAt);
    s1.intoArray(c, cAt + cRow);
    s2.intoArray(c, cAt + 2 * cRow);
    s3.intoArray(c, cAt + 3 * cRow);
    s4.intoArray(c, cAt + 4 * cRow);
    s5.intoArray(c, cAt + 5 * cRow);
    s6.intoArray(c, cAt + 6 * cRow);
    s7.intoArray(c, cAt + 7 * cRow);
  }
}
