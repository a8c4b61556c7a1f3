package brume.tensor.cpu.gemm;

/**
 * A row times a matrix B stored column by column: one sample times the weights of a layer. Each number
 * of B is needed once, so memory sets the time; eight columns at a time give it enough to fetch, and as
 * many chains of sums hide the latency of two units with four cycles each. They are the chains of
 * {@link Gemm}, and so are the bits.
 */
final class SingleRow {

  private static final int EIGHT = 8;

  private SingleRow() {}

  /**
   * C = A*B for some columns.
   *
   * @param from first column of B and C
   * @param to column behind the last
   * @param cuts of the sum over k
   * @param a (1, K), not transposed
   * @param b (K, N), transposed
   * @param c (1, N) result, not transposed
   */
  static void multiply(int from, int to, FewRows.Cuts cuts, Matrix a, Matrix b, Matrix c) {
    int[] columns = new int[EIGHT];
    float[] sums = new float[EIGHT];
    for (int j = from; j < to; j += EIGHT) {
      int count = Math.min(EIGHT, to - j);
      for (int i = 0; i < EIGHT; i++) {
        columns[i] = b.at + (j + Math.min(i, count - 1)) * b.row;
      }
      for (int piece = 0; piece < cuts.k(); piece += cuts.piece()) {
        for (int p = 0; p < cuts.piece(); p += cuts.depth()) {
          int k = Math.min(cuts.depth(), cuts.piece() - p), at = piece + p;
          eightColumns(k, a.array, a.at + at, b.array, columns, at, sums, at > 0);
        }
      }
      System.arraycopy(sums, 0, c.array, c.at + j, count);
    }
  }

  private static void eightColumns(
      int k, float[] a, int aAt, float[] b, int[] columns, int shift, float[] sums, boolean add) {
    float s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
    int first = columns[0] + shift;
    int to1 = columns[1] - columns[0], to2 = columns[2] - columns[0], to3 = columns[3] - columns[0];
    int to4 = columns[4] - columns[0], to5 = columns[5] - columns[0], to6 = columns[6] - columns[0];
    int to7 = columns[7] - columns[0], toA = aAt - first;
    for (int i = first; i < first + k; i++) {
      float x = a[toA + i];
      s0 = Math.fma(b[i], x, s0);
      s1 = Math.fma(b[i + to1], x, s1);
      s2 = Math.fma(b[i + to2], x, s2);
      s3 = Math.fma(b[i + to3], x, s3);
      s4 = Math.fma(b[i + to4], x, s4);
      s5 = Math.fma(b[i + to5], x, s5);
      s6 = Math.fma(b[i + to6], x, s6);
      s7 = Math.fma(b[i + to7], x, s7);
    }
    sums[0] = add ? sums[0] + s0 : s0;
    sums[1] = add ? sums[1] + s1 : s1;
    sums[2] = add ? sums[2] + s2 : s2;
    sums[3] = add ? sums[3] + s3 : s3;
    sums[4] = add ? sums[4] + s4 : s4;
    sums[5] = add ? sums[5] + s5 : s5;
    sums[6] = add ? sums[6] + s6 : s6;
    sums[7] = add ? sums[7] + s7 : s7;
  }
}
