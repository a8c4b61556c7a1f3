package brume.tensor.cpu.gemm;

import static brume.tensor.cpu.gemm.Tile.LANES;
import static brume.tensor.cpu.gemm.Tile.LENGTH;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Columns become rows, in squares of sixteen by sixteen numbers. A square is transposed by exchanging,
 * for every bit of the row and column number, the numbers that have it in one of them only: four
 * exchanges between whole vectors, two in each of two passes (Eklundh 1972).
 */
final class Transposition {

  // Cycles for a number in the cache, JDK 17 and 25: one by one 2.0 and 2.2, like this 1.4 to 2.0
  // and 1.0. All four exchanges in one pass take 0.9 on JDK 25, but JDK 17 boxes every vector (35).

  /** Numbers in a row of a square. */
  static final int SIDE = 16;

  /** Whether vectors are as long as rows of squares. */
  static final boolean SUPPORTED = LENGTH == SIDE;

  private static final int FOUR = 4;

  private static final VectorShuffle<Float> SWAP_1 = swap(1);
  private static final VectorShuffle<Float> SWAP_2 = swap(2);
  private static final VectorShuffle<Float> SWAP_4 = swap(4);
  private static final VectorShuffle<Float> SWAP_8 = swap(8);

  private static final VectorMask<Float> HAS_1 = has(1);
  private static final VectorMask<Float> HAS_2 = has(2);
  private static final VectorMask<Float> HAS_4 = has(4);
  private static final VectorMask<Float> HAS_8 = has(8);

  private Transposition() {}

  private static VectorShuffle<Float> swap(int bit) {
    return VectorShuffle.fromOp(LANES, lane -> (lane ^ bit) % LENGTH);
  }

  private static VectorMask<Float> has(int bit) {
    boolean[] lanes = new boolean[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      lanes[i] = (i & bit) != 0;
    }
    return VectorMask.fromArray(LANES, lanes, 0);
  }

  /**
   * Sixteen columns, each contiguous, become rows of sixteen numbers; where it is {@link #SUPPORTED}.
   *
   * @param count numbers in a column, a multiple of sixteen
   * @param from holds the columns
   * @param at where the first starts
   * @param column elements from one column to the next
   * @param to receives the rows
   * @param toAt where it receives the first
   * @param row elements from one row to the next, sixteen or more
   */
  static void columnsToRows(
      int count, float[] from, int at, int column, float[] to, int toAt, int row) {
    for (int j = 0; j < SIDE; j += FOUR) {
      exchangeNeighbors(count, from, at + j * column, column, to, toAt + j * row, row);
    }
    for (int j = 0; j < FOUR; j++) {
      exchangeFours(count, to, toAt + j * row, row);
    }
  }

  /** Four neighboring columns: bits one and two. */
  private static void exchangeNeighbors(
      int count, float[] from, int at, int column, float[] to, int toAt, int row) {
    for (int i = 0; i < count; i += SIDE) {
      int source = at + i, target = toAt + i * row;
      FloatVector a = fromArray(LANES, from, source), b = fromArray(LANES, from, source + column);
      FloatVector c = fromArray(LANES, from, source + 2 * column);
      FloatVector d = fromArray(LANES, from, source + 3 * column);
      FloatVector ab = a.blend(b.rearrange(SWAP_1), HAS_1),
          ba = a.rearrange(SWAP_1).blend(b, HAS_1);
      FloatVector cd = c.blend(d.rearrange(SWAP_1), HAS_1),
          dc = c.rearrange(SWAP_1).blend(d, HAS_1);
      ab.blend(cd.rearrange(SWAP_2), HAS_2).intoArray(to, target);
      ba.blend(dc.rearrange(SWAP_2), HAS_2).intoArray(to, target + row);
      ab.rearrange(SWAP_2).blend(cd, HAS_2).intoArray(to, target + 2 * row);
      ba.rearrange(SWAP_2).blend(dc, HAS_2).intoArray(to, target + 3 * row);
    }
  }

  /** Every fourth row of a square, in place: bits four and eight. */
  private static void exchangeFours(int count, float[] rows, int at, int row) {
    int step = FOUR * row;
    for (int i = 0; i < count; i += SIDE) {
      int first = at + i * row;
      FloatVector a = fromArray(LANES, rows, first), b = fromArray(LANES, rows, first + step);
      FloatVector c = fromArray(LANES, rows, first + 2 * step);
      FloatVector d = fromArray(LANES, rows, first + 3 * step);
      FloatVector ab = a.blend(b.rearrange(SWAP_4), HAS_4),
          ba = a.rearrange(SWAP_4).blend(b, HAS_4);
      FloatVector cd = c.blend(d.rearrange(SWAP_4), HAS_4),
          dc = c.rearrange(SWAP_4).blend(d, HAS_4);
      ab.blend(cd.rearrange(SWAP_8), HAS_8).intoArray(rows, first);
      ba.blend(dc.rearrange(SWAP_8), HAS_8).intoArray(rows, first + step);
      ab.rearrange(SWAP_8).blend(cd, HAS_8).intoArray(rows, first + 2 * step);
      ba.rearrange(SWAP_8).blend(dc, HAS_8).intoArray(rows, first + 3 * step);
    }
  }
}
