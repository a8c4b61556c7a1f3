package brume.tensor.cpu.loop;

import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums over positions, per channel, of a block of a channels-last tensor.
 *
 * <p>A block has so few numbers that it stays in the first-level cache. Kernels walk it down one
 * vector of channels after another: the loop is as long as the block has rows, and its sums and
 * factors stay in registers.
 */
public final class Columns {

  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
  private static final int RUN = 8;
  private static final int BLOCK = 1 << 12; // numbers: half of a first-level cache of 32 KiB
  private static final int MIN_ROWS = 32; // fewer would not pay for the loop

  private Columns() {}

  /**
   * How many rows of so many channels make a block.
   *
   * @param columns channels
   * @return 32 or more
   */
  public static int rowsPerBlock(int columns) {
    return Math.max(MIN_ROWS, BLOCK / Math.max(1, columns));
  }

  /**
   * The columns in whole runs of eight. Sums over them are in single precision, in the order of a vector's
   * lanes even where vectors are too long for them; the others, of which a block may have few and long ones,
   * are summed in double precision. So the length of vectors does not show in any sum.
   *
   * @param columns how many there are
   * @return the largest multiple of eight
   */
  public static int whole(int columns) {
    return columns - columns % RUN;
  }

  /**
   * sums[sumsAt + c] = sum over r of x[at + r*stride + c].
   *
   * @param x holds the block
   * @param at where its first row starts
   * @param stride elements from one row to the next
   * @param rows how many
   * @param C columns
   * @param sums receives one number for each column
   * @param sumsAt where
   */
  public static void sums(
      float[] x, int at, int stride, int rows, int C, float[] sums, int sumsAt) {
    int c = 0, whole = whole(C);
    for (int end = whole - whole % (2 * LANES.length()); c < end; c += 2 * LANES.length()) {
      sumsOfTwo(x, at + c, stride, rows, sums, sumsAt + c);
    }
    for (int end = LANES.loopBound(whole); c < end; c += LANES.length()) {
      sum(x, at + c, stride, rows).intoArray(sums, sumsAt + c);
    }
    for (; c < whole; c++) {
      sums[sumsAt + c] = sumOfOne(x, at + c, stride, rows);
    }
    for (; c < C; c++) {
      double sum = 0;
      for (int r = 0, i = at + c; r < rows; r++, i += stride) {
        sum += x[i];
      }
      sums[sumsAt + c] = (float) sum;
    }
  }

  /**
   * y[to + i] += x[at + i] for the first {@code count} numbers.
   *
   * @param count how many
   * @param x what is added
   * @param at where it starts
   * @param y what it is added to
   * @param to where that starts
   */
  public static void add(int count, float[] x, int at, float[] y, int to) {
    int i = 0;
    for (int end = LANES.loopBound(count); i < end; i += LANES.length()) {
      fromArray(LANES, y, to + i).add(fromArray(LANES, x, at + i)).intoArray(y, to + i);
    }
    for (; i < count; i++) {
      y[to + i] += x[at + i];
    }
  }

  /** Sums of two neighboring columns of vectors, so that memory gives two cache lines of a row at a time. */
  private static void sumsOfTwo(float[] x, int at, int stride, int rows, float[] sums, int to) {
    FloatVector s0 = FloatVector.zero(LANES), s1 = s0, s2 = s0, s3 = s0;
    FloatVector t0 = FloatVector.zero(LANES), t1 = t0, t2 = t0, t3 = t0;
    int r = 0, i = at, j = at + LANES.length();
    for (; r + 3 < rows; r += 4, i += 4 * stride, j += 4 * stride) {
      s0 = s0.add(fromArray(LANES, x, i));
      t0 = t0.add(fromArray(LANES, x, j));
      s1 = s1.add(fromArray(LANES, x, i + stride));
      t1 = t1.add(fromArray(LANES, x, j + stride));
      s2 = s2.add(fromArray(LANES, x, i + 2 * stride));
      t2 = t2.add(fromArray(LANES, x, j + 2 * stride));
      s3 = s3.add(fromArray(LANES, x, i + 3 * stride));
      t3 = t3.add(fromArray(LANES, x, j + 3 * stride));
    }
    for (; r < rows; r++, i += stride, j += stride) {
      s0 = s0.add(fromArray(LANES, x, i));
      t0 = t0.add(fromArray(LANES, x, j));
    }
    s0.add(s1).add(s2.add(s3)).intoArray(sums, to);
    t0.add(t1).add(t2.add(t3)).intoArray(sums, to + LANES.length());
  }

  /** Sum of a column of vectors; four at a time, as an addition takes several cycles. */
  private static FloatVector sum(float[] x, int at, int stride, int rows) {
    FloatVector s0 = FloatVector.zero(LANES), s1 = s0, s2 = s0, s3 = s0;
    int r = 0, i = at;
    for (; r + 3 < rows; r += 4, i += 4 * stride) {
      s0 = s0.add(fromArray(LANES, x, i));
      s1 = s1.add(fromArray(LANES, x, i + stride));
      s2 = s2.add(fromArray(LANES, x, i + 2 * stride));
      s3 = s3.add(fromArray(LANES, x, i + 3 * stride));
    }
    for (; r < rows; r++, i += stride) {
      s0 = s0.add(fromArray(LANES, x, i));
    }
    return s0.add(s1).add(s2.add(s3));
  }

  /** The same of one lane. */
  private static float sumOfOne(float[] x, int at, int stride, int rows) {
    float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    int r = 0, i = at;
    for (; r + 3 < rows; r += 4, i += 4 * stride) {
      s0 += x[i];
      s1 += x[i + stride];
      s2 += x[i + 2 * stride];
      s3 += x[i + 3 * stride];
    }
    for (; r < rows; r++, i += stride) {
      s0 += x[i];
    }
    return (s0 + s1) + (s2 + s3);
  }
}
