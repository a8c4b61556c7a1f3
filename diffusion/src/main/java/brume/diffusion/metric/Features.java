package brume.diffusion.metric;

import brume.tensor.Text;

/** Rows of numbers that stand for one sample each. */
final class Features {

  private Features() {}

  /** Refuses rows of different length, in one set or in two. */
  static void requireAlike(String what, double[][] first, double[][] second) {
    for (double[][] rows : new double[][][] {first, second}) {
      for (double[] row : rows) {
        if (row.length != first[0].length) {
          throw new IllegalArgumentException(Text.of(
              "%s: expected as many features of every sample, got %d and %d",
              what, first[0].length, row.length));
        }
      }
    }
  }
}
