package brume.tensor.cpu.loop;

import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums and maxima along the rows of a block. Rows are often short (32 channels), so a kernel walks a
 * block column by column, as in {@link Columns}, and keeps partial results of each row in memory; here
 * they become one number.
 *
 * <p>A sum has {@link #CHAINS} partial sums, however long vectors are: a vector of 512 bits adds to all of
 * them at once, two of 256 bits to half of them each. What is left of a row adds to the first eight, and
 * what is left of that to the first one, number by number.
 */
public final class Rows {

  // Sums not by reduceLanes: the order of its additions is its own, and may differ once compiled.

  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;

  /** Partial sums of a row: lanes of the longest vectors. */
  public static final int CHAINS = 16;

  private Rows() {}

  /**
   * The chain that number c of a row of so many adds to.
   *
   * @param c a column
   * @param columns how many there are
   * @return 0 or more, below {@link #CHAINS}
   */
  public static int chain(int c, int columns) {
    return c < Columns.whole(columns) ? c % CHAINS : 0;
  }

  /**
   * sums[to + r] = sum of the chains of row r.
   *
   * @param chains {@link #CHAINS} partial sums for each row
   * @param rows how many
   * @param sums receives one number for each row
   * @param to where
   */
  public static void sums(float[] chains, int rows, float[] sums, int to) {
    for (int r = 0, at = 0; r < rows; r++, at += CHAINS) {
      float even = 0, odd = 0;
      for (int chain = 0; chain < CHAINS; chain += 2) {
        even += chains[at + chain];
        odd += chains[at + chain + 1];
      }
      sums[to + r] = even + odd;
    }
  }

  /**
   * maxima[to + r] = largest of the lanes of row r, which lie one vector after another.
   *
   * @param lanes a vector of partial maxima for each row
   * @param rows how many
   * @param maxima receives one number for each row
   * @param to where
   */
  public static void maxima(float[] lanes, int rows, float[] maxima, int to) {
    for (int r = 0, at = 0; r < rows; r++, at += LANES.length()) {
      maxima[to + r] = fromArray(LANES, lanes, at).reduceLanes(VectorOperators.MAX);
    }
  }
}
