package brume.tensor.cpu;

import static brume.tensor.HeapStorage.floats;
import static jdk.incubator.vector.FloatVector.fromArray;

import brume.tensor.Tensor;
import brume.tensor.kernel.ReductionKernels;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums on the CPU. Each task adds up a piece by itself; the sums of the pieces are added in order, in
 * double precision.
 */
final class CpuReduction implements ReductionKernels {

  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;

  private final Workers workers;
  private final FloatPool pool;

  CpuReduction(Workers workers, FloatPool pool) {
    this.workers = workers;
    this.pool = pool;
  }

  @Override
  public void sum(Tensor x, Tensor y) {
    float[] xs = floats(x);
    int size = x.shape().size();
    double[] sums = new double[Pieces.count(size)];
    Pieces.forEach(
        workers, size, (from, to) -> sums[Pieces.index(from)] = sumOfRange(xs, from, to));
    floats(y)[0] = (float) total(sums);
  }

  @Override
  public void sumPerChannel(Tensor x, Tensor y) {
    float[] xs = floats(x), ys = floats(y);
    int C = y.shape().size(), rows = x.shape().size() / Math.max(1, C);
    int grain = Columns.rowsPerBlock(C);
    int blocks = Pieces.count(rows, grain);
    float[] sums = pool.take(blocks * C); // of each block and channel
    Pieces.forEach(
        workers,
        rows,
        grain,
        (from, to) -> Columns.sums(xs, from * C, C, to - from, C, sums, from / grain * C));
    for (int c = 0; c < C; c++) {
      double sum = 0;
      for (int block = 0; block < blocks; block++) {
        sum += sums[block * C + c];
      }
      ys[c] = (float) sum;
    }
    pool.give(sums);
  }

  @Override
  public double squaredNorm(Tensor x) {
    float[] xs = floats(x);
    int size = x.shape().size();
    double[] sums = new double[Pieces.count(size)];
    Pieces.forEach(
        workers, size, (from, to) -> sums[Pieces.index(from)] = sumOfSquares(xs, from, to));
    return total(sums);
  }

  @Override
  public double maxAbs(Tensor x) {
    float[] xs = floats(x);
    int size = x.shape().size();
    float[] largest = new float[Pieces.count(size)];
    Pieces.forEach(
        workers, size, (from, to) -> largest[Pieces.index(from)] = maxAbsOfRange(xs, from, to));
    float max = 0;
    for (float of : largest) {
      max = Math.max(max, of);
    }
    return max;
  }

  private static double total(double[] sums) {
    double total = 0;
    for (double sum : sums) {
      total += sum;
    }
    return total;
  }

  // ---- Loops over a piece; four sums at a time, so that one addition need not wait for another
  // ----

  private static double sumOfRange(float[] x, int from, int to) {
    double a = 0, b = 0, c = 0, d = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      a += x[i];
      b += x[i + 1];
      c += x[i + 2];
      d += x[i + 3];
    }
    for (; i < to; i++) {
      a += x[i];
    }
    return (a + b) + (c + d);
  }

  private static double sumOfSquares(float[] x, int from, int to) {
    double a = 0, b = 0, c = 0, d = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      a += (double) x[i] * x[i];
      b += (double) x[i + 1] * x[i + 1];
      c += (double) x[i + 2] * x[i + 2];
      d += (double) x[i + 3] * x[i + 3];
    }
    for (; i < to; i++) {
      a += (double) x[i] * x[i];
    }
    return (a + b) + (c + d);
  }

  private static float maxAbsOfRange(float[] x, int from, int to) {
    FloatVector largest = FloatVector.zero(LANES);
    int i = from;
    for (int end = from + LANES.loopBound(to - from); i < end; i += LANES.length()) {
      largest = largest.max(fromArray(LANES, x, i).abs());
    }
    float max = largest.reduceLanes(VectorOperators.MAX);
    for (; i < to; i++) {
      max = Math.max(max, Math.abs(x[i]));
    }
    return max;
  }
}
