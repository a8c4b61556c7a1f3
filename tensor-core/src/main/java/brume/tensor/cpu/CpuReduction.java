package brume.tensor.cpu;

import static brume.tensor.HeapStorage.floats;
import static brume.tensor.HeapStorage.writableFloats;
import static jdk.incubator.vector.FloatVector.fromArray;

import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.cpu.loop.Columns;
import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.loop.Pieces;
import brume.tensor.cpu.loop.Workers;
import brume.tensor.kernel.Reduction;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionKernels;
import brume.tensor.kernel.RowFunction;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Functions of many numbers on the CPU. For a sum, each task adds up a piece by itself; the sums of
 * the pieces are added in order, in double precision.
 */
final class CpuReduction implements ReductionKernels {

  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;

  private final Workers workers;
  private final FloatPool pool;
  private final GatheredRows gathered;

  CpuReduction(Workers workers, FloatPool pool) {
    this.workers = workers;
    this.pool = pool;
    this.gathered = new GatheredRows(workers);
  }

  @Override
  public void reduce(Reduction f, double p, ReductionGeometry at, Tensor x, Tensor y) {
    if (f == Reduction.SUM && at.rows() == 1) {
      sum(x, y);
    } else if (f == Reduction.SUM && isPerChannel(at)) {
      sumPerChannel(x, y);
    } else {
      gathered.reduce(f, p, at, floats(x), writableFloats(y));
    }
  }

  @Override
  public void reduceGrad(
      Reduction f, double p, ReductionGeometry at, Tensor x, Tensor dy, Tensor dx) {
    if (f == Reduction.SUM && at.rows() == 1) {
      float[] dxs = writableFloats(dx);
      float number = floats(dy)[0];
      Pieces.forEach(workers, at.columns(), (from, to) -> Arrays.fill(dxs, from, to, number));
    } else {
      gathered.reduceGrad(f, p, at, floats(x), floats(dy), writableFloats(dx));
    }
  }

  @Override
  public void mapRows(RowFunction f, double p, ReductionGeometry at, Tensor x, Tensor y) {
    gathered.map(f, p, at, floats(x), writableFloats(y));
  }

  @Override
  public void mapRowsGrad(
      RowFunction f, double p, ReductionGeometry at, Tensor saved, Tensor dy, Tensor dx) {
    gathered.mapGrad(f, p, at, floats(saved), floats(dy), writableFloats(dx));
  }

  /** Whether x is (R, C) and rows are added up. */
  private static boolean isPerChannel(ReductionGeometry at) {
    return at.kept().size() == 1
        && at.kept().get(0).stride() == 1
        && at.reduced().size() == 1;
  }

  @Override
  public void sumPerChannel(Tensor x, Tensor y) {
    float[] xs = floats(x), ys = writableFloats(y);
    int C = y.shape().size(), rows = x.shape().size() / Math.max(1, C);
    int grain = Columns.rowsPerBlock(C);
    int blocks = Pieces.count(rows, grain);
    float[] sums = pool.take(Shape.product(blocks, C)); // of each block and channel
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

  private void sum(Tensor x, Tensor y) {
    float[] xs = floats(x);
    int size = x.shape().size();
    double[] sums = new double[Pieces.count(size)];
    Pieces.forEach(
        workers, size, (from, to) -> sums[Pieces.index(from)] = sumOfRange(xs, from, to));
    writableFloats(y)[0] = (float) total(sums);
  }

  private static double total(double[] sums) {
    double total = 0;
    for (double sum : sums) {
      total += sum;
    }
    return total;
  }

  // ---- Loops over a piece; four sums at a time, so that no addition need wait for another ------

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
