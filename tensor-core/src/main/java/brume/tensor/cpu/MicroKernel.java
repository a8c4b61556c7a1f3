package brume.tensor.cpu;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loops of every matrix product and convolution: a few rows of A times a panel of B.
 *
 * <p>A panel is {@link #COLUMNS} columns of B, packed row by row. The result stays in registers until
 * the loop over k ends, then replaces or joins what C holds. Every element of C is one chain of fused
 * multiply-adds in the order of k, so all four loops give the same bits, and so do all vector sizes.
 */
final class MicroKernel {

  // Six rows of two vectors use 15 of the 16 registers of AVX2 and leave the twelve chains slack to
  // hide a latency of four cycles at two a cycle. C2 keeps them in registers only if
  //   - there is one loop per method (accumulators carried through two loops are boxed),
  //   - each broadcast is used up before the next one is loaded (else it hoists all six and
  // spills),
  //   - where rows are contiguous, the loop variable is the index into A (bounds checks leave the
  // loop).
  // Of a peak of 113 GFLOP/s at k = 96: six rows 99 (JDK 17) and 103 (25), six columns 112 and 111,
  // four rows 94 and 100, four columns 94 and 99 (Zen 3).

  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
  private static final int LENGTH = LANES.length();

  /** Columns of a panel: two vectors. */
  static final int COLUMNS = 2 * LENGTH;

  private MicroKernel() {}

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
  static void sixRows(
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
  static void fourRows(
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

  /**
   * Six columns of a matrix, which are the rows of A, times a panel.
   *
   * @param k columns of A, rows of the panel
   * @param a holds A
   * @param aAt where the first element of the first column starts; the other columns lie next to it
   * @param aRow elements from one element of a column to the next
   * @param b holds the panel
   * @param bAt where the panel starts
   * @param c holds C
   * @param cAt where row 0 of C starts
   * @param cRow elements from one row of C to the next
   * @param add whether to add to C
   */
  static void sixColumns(
      int k,
      float[] a,
      int aAt,
      int aRow,
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
    for (int i = 0; i < k; i++) {
      int at = bAt + i * COLUMNS, ai = aAt + i * aRow;
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
   * @param c holds C
   * @param cAt where row 0 of C starts
   * @param cRow elements from one row of C to the next
   * @param add whether to add to C
   */
  static void fourColumns(
      int k,
      float[] a,
      int aAt,
      int aRow,
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
    for (int i = 0; i < k; i++) {
      int at = bAt + i * COLUMNS, ai = aAt + i * aRow;
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

  /**
   * Packs whole rows of a panel.
   *
   * @param rows number of rows
   * @param from holds the numbers
   * @param fromAt where those of the first row start
   * @param fromRow elements from there to those of the next row
   * @param panel receives the rows
   * @param at where it receives them
   */
  static void packRows(int rows, float[] from, int fromAt, int fromRow, float[] panel, int at) {
    for (int i = 0; i < rows; i++) {
      int source = fromAt + i * fromRow, target = at + i * COLUMNS;
      fromArray(LANES, from, source).intoArray(panel, target);
      fromArray(LANES, from, source + LENGTH).intoArray(panel, target + LENGTH);
    }
  }
}
