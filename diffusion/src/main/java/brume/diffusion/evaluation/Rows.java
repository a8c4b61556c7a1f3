package brume.diffusion.evaluation;

import brume.autograd.Variable;

/** Numbers one after the other, as rows. */
final class Rows {

  private Rows() {}

  static double[][] of(float[] values, int width) {
    double[][] rows = new double[values.length / width][width];
    for (int i = 0; i < values.length; i++) {
      rows[i / width][i % width] = values[i];
    }
    return rows;
  }

  /** Puts the rows (N, D) of a variable behind others. */
  static void put(Variable rows, int first, double[][] into) {
    int n = rows.shape().dim(0);
    double[][] all = of(rows.value().toFloats(), rows.shape().size() / n);
    System.arraycopy(all, 0, into, first, n);
  }

  static float[] flat(double[][] rows) {
    int width = rows.length == 0 ? 0 : rows[0].length;
    float[] values = new float[Math.multiplyExact(rows.length, width)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows[i / width][i % width];
    }
    return values;
  }
}
