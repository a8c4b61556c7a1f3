package brume.tensor.cpu.gemm;

import static brume.tensor.cpu.gemm.Tile.COLUMNS;
import static brume.tensor.cpu.gemm.Tile.LANES;
import static brume.tensor.cpu.gemm.Tile.LENGTH;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import brume.tensor.Shape;
import brume.tensor.cpu.loop.FloatPool;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jdk.incubator.vector.FloatVector;

/**
 * Rows of A that many panels are multiplied with, packed into strips of twelve rows, column by column;
 * what is left of the rows stays where it is. A strip times a panel is a tile of twelve rows by two
 * vectors, where there are registers for it. To be closed after use, which gives the strips back.
 *
 * @see Tile
 */
public final class RowStrips implements AutoCloseable {

  // Twelve rows by two vectors read 128 bytes of the panel for 24 multiply-adds, four rows by four
  // vectors 256 for 16. Where two vectors of 512 bits are multiplied in a cycle, the second-level
  // cache cannot give that. Packed, A has one pointer; with twelve, JDK 17 spills them. Best of one
  // core of a Xeon with a peak of 178 GFLOP/s, k of 128, 320 and 384: four by four 105, 91, 92;
  // this 161 on JDK 17 and 169 on 25; unpacked 92 and 150; eight by two, unpacked, 140. Where two
  // of 256 bits are, broadcasts are scarcer, of which strips need one for two multiply-adds and
  // tiles one for four: of 115 GFLOP/s (Zen 4) strips reach 100 to 104 in
  // products of 1024 and 2048, tiles 108 to 110.

  /** Rows of a strip. */
  public static final int HEIGHT = 12;

  /**
   * Numbers from a column of a strip to the next. C2 of JDK 17 makes two shifts and a sum of a
   * multiplication by twelve, and checks at every column that the index stays within bounds: 65
   * GFLOP/s instead of 90 beside a busy neighbor.
   */
  private static final int STEP = 16;

  /** Numbers of a panel for each number of a strip, where there are strips. */
  private static final int PER_COLUMN = Math.max(1, COLUMNS / STEP);

  /** Rows that are packed together. */
  private static final int FOUR = 4;

  /** Columns of C from which on packing A is repaid: it takes as long as two panels. */
  private static final int MANY_COLUMNS = 8 * COLUMNS;

  /** By columns and numbers of a row. */
  private static final Map<Long, FasterWay> OR_TILES = new ConcurrentHashMap<>();

  private final FloatPool pool;
  private final int m;
  private final int k;
  private final float[] a;
  private final int[] rows;
  private final int shift;
  private final float[] strips;

  /**
   * Packs rows that start anywhere.
   *
   * @param m number of rows
   * @param k numbers of each
   * @param a holds them
   * @param rows where each starts
   * @param shift added to all of {@code rows}
   * @param pool lends the strips
   */
  public RowStrips(int m, int k, float[] a, int[] rows, int shift, FloatPool pool) {
    this.pool = pool;
    this.m = m;
    this.k = k;
    this.a = a;
    this.rows = rows;
    this.shift = shift;
    this.strips = pool.take(Shape.product(packed() / HEIGHT, STEP, k));
    for (int i = 0; i < packed(); i += FOUR) {
      int at = i / HEIGHT * STEP * k + i % HEIGHT;
      packFour(
          k,
          a,
          rows[i] + shift,
          rows[i + 1] + shift,
          rows[i + 2] + shift,
          rows[i + 3] + shift,
          strips,
          at);
    }
  }

  /**
   * Whether this may be faster than {@link RowTiles}.
   *
   * @param m number of rows
   * @param columns of all panels that they are multiplied with
   * @return true if there are 32 registers, enough rows and many columns
   */
  public static boolean suits(int m, int columns) {
    return Tile.WIDE > COLUMNS && m >= HEIGHT && columns >= MANY_COLUMNS;
  }

  /**
   * Finds out whether it is.
   *
   * @param columns of all panels
   * @param k numbers of each row
   * @return strips as the first way, tiles as the second
   */
  static FasterWay orTiles(int columns, int k) {
    return OR_TILES.computeIfAbsent((long) columns << 32 | k, sizes -> new FasterWay());
  }

  private int packed() {
    return m / HEIGHT * HEIGHT;
  }

  private static void packFour(
      int k, float[] a, int a0, int a1, int a2, int a3, float[] strip, int at) {
    for (int p = 0; p < k; p++) {
      int to = at + p * STEP;
      strip[to] = a[a0 + p];
      strip[to + 1] = a[a1 + p];
      strip[to + 2] = a[a2 + p];
      strip[to + 3] = a[a3 + p];
    }
  }

  /**
   * A part of all rows, times panels that lie one behind the other.
   *
   * @param from first number of each row
   * @param to number behind the last
   * @param panels holds the panels, row {@code from} first
   * @param panelAt where the first starts
   * @param step elements from there to the second
   * @param width columns of all panels that exist in C
   * @param c holds C
   * @param cAt where row 0 of C starts
   * @param cRow elements from one row of C to the next
   * @param add whether to add to C
   * @param edge scratch space
   */
  public void multiply(
      int from,
      int to,
      float[] panels,
      int panelAt,
      int step,
      int width,
      float[] c,
      int cAt,
      int cRow,
      boolean add,
      float[] edge) {
    int some = to - from, first = packed();
    for (int j = 0; j < width; j += COLUMNS) {
      int columns = Math.min(COLUMNS, width - j), at = panelAt + j / COLUMNS * step, into = cAt + j;
      if (columns < COLUMNS) {
        RowTiles.multiply(
            m, some, a, rows, shift + from, panels, at, step, columns, c, into, cRow, add, edge);
        return;
      }
      for (int i = 0; i < first; i += HEIGHT) {
        int strip = i / HEIGHT * STEP * k + from * STEP;
        int row = into + i * cRow;
        if (add) {
          twelveRows(some, strips, strip, panels, at, edge, 0, COLUMNS);
          Tile.copy(edge, COLUMNS, HEIGHT, COLUMNS, c, row, cRow, true);
        } else {
          twelveRows(some, strips, strip, panels, at, c, row, cRow);
        }
      }
      if (first < m) {
        RowTiles.multiplyPanel(
            first, m, some, a, rows, shift + from, panels, at, columns, c, into, cRow, add, edge);
      }
    }
  }

  @Override
  public void close() {
    pool.give(strips);
  }

  /**
   * A strip times a panel.
   *
   * @param k columns of A, rows of the panel
   * @param a holds the strip
   * @param aAt where it starts
   * @param b holds the panel
   * @param bAt where it starts
   * @param c holds C
   * @param cAt where row 0 of C starts
   * @param cRow elements from one row of C to the next
   */
  private static void twelveRows(
      int k, float[] a, int aAt, float[] b, int bAt, float[] c, int cAt, int cRow) {
    FloatVector s0 = zero(LANES), t0 = zero(LANES);
    FloatVector s1 = zero(LANES), t1 = zero(LANES);
    FloatVector s2 = zero(LANES), t2 = zero(LANES);
    FloatVector s3 = zero(LANES), t3 = zero(LANES);
    FloatVector s4 = zero(LANES), t4 = zero(LANES);
    FloatVector s5 = zero(LANES), t5 = zero(LANES);
    FloatVector s6 = zero(LANES), t6 = zero(LANES);
    FloatVector s7 = zero(LANES), t7 = zero(LANES);
    FloatVector s8 = zero(LANES), t8 = zero(LANES);
    FloatVector s9 = zero(LANES), t9 = zero(LANES);
    FloatVector s10 = zero(LANES), t10 = zero(LANES);
    FloatVector s11 = zero(LANES), t11 = zero(LANES);
    int end = aAt + k * STEP, toB = bAt - aAt * PER_COLUMN;
    for (int i = aAt; i < end; i += STEP) {
      int at = toB + i * PER_COLUMN;
      FloatVector left = fromArray(LANES, b, at), right = fromArray(LANES, b, at + LENGTH);
      FloatVector x = broadcast(LANES, a[i]);
      s0 = x.fma(left, s0);
      t0 = x.fma(right, t0);
      x = broadcast(LANES, a[i + 1]);
      s1 = x.fma(left, s1);
      t1 = x.fma(right, t1);
      x = broadcast(LANES, a[i + 2]);
      s2 = x.fma(left, s2);
      t2 = x.fma(right, t2);
      x = broadcast(LANES, a[i + 3]);
      s3 = x.fma(left, s3);
      t3 = x.fma(right, t3);
      x = broadcast(LANES, a[i + 4]);
      s4 = x.fma(left, s4);
      t4 = x.fma(right, t4);
      x = broadcast(LANES, a[i + 5]);
      s5 = x.fma(left, s5);
      t5 = x.fma(right, t5);
      x = broadcast(LANES, a[i + 6]);
      s6 = x.fma(left, s6);
      t6 = x.fma(right, t6);
      x = broadcast(LANES, a[i + 7]);
      s7 = x.fma(left, s7);
      t7 = x.fma(right, t7);
      x = broadcast(LANES, a[i + 8]);
      s8 = x.fma(left, s8);
      t8 = x.fma(right, t8);
      x = broadcast(LANES, a[i + 9]);
      s9 = x.fma(left, s9);
      t9 = x.fma(right, t9);
      x = broadcast(LANES, a[i + 10]);
      s10 = x.fma(left, s10);
      t10 = x.fma(right, t10);
      x = broadcast(LANES, a[i + 11]);
      s11 = x.fma(left, s11);
      t11 = x.fma(right, t11);
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
    s6.intoArray(c, cAt + 6 * cRow);
    t6.intoArray(c, cAt + 6 * cRow + LENGTH);
    s7.intoArray(c, cAt + 7 * cRow);
    t7.intoArray(c, cAt + 7 * cRow + LENGTH);
    s8.intoArray(c, cAt + 8 * cRow);
    t8.intoArray(c, cAt + 8 * cRow + LENGTH);
    s9.intoArray(c, cAt + 9 * cRow);
    t9.intoArray(c, cAt + 9 * cRow + LENGTH);
    s10.intoArray(c, cAt + 10 * cRow);
    t10.intoArray(c, cAt + 10 * cRow + LENGTH);
    s11.intoArray(c, cAt + 11 * cRow);
    t11.intoArray(c, cAt + 11 * cRow + LENGTH);
  }
}
