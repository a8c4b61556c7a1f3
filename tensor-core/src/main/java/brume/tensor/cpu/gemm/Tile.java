package brume.tensor.cpu.gemm;

import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * What {@link RowTiles} and {@link ColumnTiles} have in common. Both multiply a few rows of A with a
 * panel, which is {@link #COLUMNS} columns of B packed row by row, or with two panels; the result, a
 * tile of C, stays in registers until the loop over k ends, then replaces or joins what C holds.
 *
 * <p>Every element of C is one chain of fused multiply-adds in the order of k. So tiles of all heights
 * give the same bits, and so do vectors of all sizes.
 */
public final class Tile {

  // A tile of six rows and two columns of vectors takes 15 of the 16 registers of AVX2. Its twelve
  // chains have slack to hide a latency of four cycles at two a cycle. C2 keeps it in registers if
  //   1. there is one loop in the method: accumulators carried through two loops are boxed;
  //   2. stores are spelled out: a method that takes two vectors and stores them is not inlined
  //      and boxes them (20 GFLOP/s instead of 100);
  //   3. each broadcast is used up before the next: else all six are loaded first and spilled;
  //   4. where rows are contiguous, the loop variable is the index into A: bounds checks then
  //      leave the loop;
  //   5. the method is not too large: what is called after some 18,000 nodes of its graph stays a
  //      call at first, of which not every one is replaced later. So tiles of sixteen vectors or
  //      more do not add to C by themselves. When they did, half of the processes multiplied
  //      1024 x 1024 x 1024 with 106 GFLOP/s instead of 180 for good (JDK 17).
  // Of a peak of 113 GFLOP/s at k = 96: six rows 99 (JDK 17) and 103 (25), six columns 112 and
  // 111, four rows 94 and 100, four columns 94 and 99 (Zen 4, 256-bit; 512-bit ones the same).
  //
  // Where somebody else works on the other half of the core, it is instructions that are scarce:
  // 37 for 12 multiply-adds of six rows by two vectors, but 35 for 16 of four rows by four. In
  // that state, the slowest tenth at k = 384, they reach 80 and 87 % of the peak on JDK 17, 85 and
  // 91 on 25; in the other one both have 97. Six rows by four vectors would be better still, but
  // with two panels to read from C2 spills them (58 %).

  /** Vectors of the length that is fastest here. */
  public static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;

  /** Numbers of a vector. */
  public static final int LENGTH = LANES.length();

  /** Columns of a panel: two vectors. */
  public static final int COLUMNS = 2 * LENGTH;

  /** Columns of the widest tile: two panels where there are 32 registers, as with AVX-512. */
  public static final int WIDE = LANES.vectorBitSize() == 512 ? 2 * COLUMNS : COLUMNS;

  /** Rows of the tallest tile. */
  public static final int TALL = 6;

  /** Rows of the shortest tile. */
  public static final int SHORT = 4;

  /** Rows that both heights divide. */
  public static final int WHOLE = 12;

  private Tile() {}

  /**
   * Height of the next tile: six, but four where that leaves no ragged end.
   *
   * @param rows rows that are left
   * @return {@link #TALL} or {@link #SHORT}
   */
  public static int height(int rows) {
    return rows >= TALL && rows != 2 * SHORT ? TALL : SHORT;
  }

  /**
   * Elements of scratch space for tiles that do not fit.
   *
   * @param k most columns of A, if it is transposed; else 0
   * @return room for a tile and a strip of A
   */
  public static int edgeLength(int k) {
    return WHOLE * COLUMNS + SHORT * k;
  }

  /**
   * The part of the scratch tile that exists, to C.
   *
   * @param tile scratch tile
   * @param tileRow elements from one of its rows to the next
   * @param rows rows that exist
   * @param columns columns that exist
   * @param c receives them
   * @param cAt where
   * @param cRow elements from one of its rows to the next
   * @param add whether they are added to what is there
   */
  public static void copy(
      float[] tile, int tileRow, int rows, int columns, float[] c, int cAt, int cRow, boolean add) {
    for (int i = 0; i < rows; i++) {
      int from = i * tileRow, to = cAt + i * cRow;
      if (!add) {
        System.arraycopy(tile, from, c, to, columns);
      } else {
        add(tile, from, columns, c, to);
      }
    }
  }

  private static void add(float[] tile, int from, int columns, float[] c, int to) {
    int j = 0;
    for (int whole = LANES.loopBound(columns); j < whole; j += LENGTH) {
      fromArray(LANES, c, to + j).add(fromArray(LANES, tile, from + j)).intoArray(c, to + j);
    }
    for (; j < columns; j++) {
      c[to + j] += tile[from + j];
    }
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
  public static void packRows(
      int rows, float[] from, int fromAt, int fromRow, float[] panel, int at) {
    for (int i = 0; i < rows; i++) {
      int source = fromAt + i * fromRow, target = at + i * COLUMNS;
      fromArray(LANES, from, source).intoArray(panel, target);
      fromArray(LANES, from, source + LENGTH).intoArray(panel, target + LENGTH);
    }
  }

  /**
   * Packs rows of a panel of which only the left vector exists; the right one becomes zero.
   *
   * @param rows number of rows
   * @param from holds the numbers
   * @param fromAt where those of the first row start
   * @param fromRow elements from there to those of the next row
   * @param panel receives the rows
   * @param at where it receives them
   */
  static void packHalfRows(int rows, float[] from, int fromAt, int fromRow, float[] panel, int at) {
    FloatVector zero = FloatVector.zero(LANES);
    for (int i = 0; i < rows; i++) {
      int target = at + i * COLUMNS;
      fromArray(LANES, from, fromAt + i * fromRow).intoArray(panel, target);
      zero.intoArray(panel, target + LENGTH);
    }
  }
}
