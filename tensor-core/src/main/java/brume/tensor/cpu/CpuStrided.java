package brume.tensor.cpu;

import static brume.tensor.HeapStorage.floats;
import static brume.tensor.HeapStorage.writableFloats;

import brume.tensor.Tensor;
import brume.tensor.cpu.loop.Pieces;
import brume.tensor.cpu.loop.Workers;
import brume.tensor.kernel.StridedKernels;
import brume.tensor.kernel.StridedView;
import java.util.Arrays;

/**
 * Reading and writing through strides on the CPU, some rows per task. Sums are taken in double
 * precision, along whichever rows are closer together: those of the results or those of the summands.
 */
final class CpuStrided implements StridedKernels {

  private static final int SHORT_ROW = 16; // a loop copies fewer numbers faster than a call
  private static final int SUMMANDS = 1 << 14; // of one task
  private static final int CACHE_LINE = 16; // floats

  private final Workers workers;

  CpuStrided(Workers workers) {
    this.workers = workers;
  }

  @Override
  public void gather(StridedView at, Tensor x, Tensor y) {
    float[] xs = floats(x), ys = writableFloats(y);
    StridedRows rows = StridedRows.of(at);
    int columns = rows.columns(), step = rows.step();
    Pieces.forEachRow(workers, rows.rows(), columns, (from, to) -> {
      int[] index = rows.indexOf(from);
      for (int row = from; row < to; row++) {
        copy(columns, xs, rows.start(index), step, ys, row * columns, 1);
        rows.advance(index);
      }
    });
  }

  @Override
  public void scatter(StridedView at, Tensor x, Tensor y) {
    float[] xs = floats(x), ys = writableFloats(y);
    StridedRows rows = StridedRows.of(at);
    int columns = rows.columns(), step = rows.step();
    Pieces.forEach(workers, y.shape().size(), (from, to) -> Arrays.fill(ys, from, to, 0));
    Pieces.forEachRow(workers, rows.rows(), columns, (from, to) -> {
      int[] index = rows.indexOf(from);
      for (int row = from; row < to; row++) {
        copy(columns, xs, row * columns, 1, ys, rows.start(index), step);
        rows.advance(index);
      }
    });
  }

  @Override
  public void sum(StridedView kept, StridedView over, Tensor x, Tensor y) {
    float[] xs = floats(x), ys = writableFloats(y);
    StridedRows results = StridedRows.of(kept), summands = StridedRows.of(over);
    if (kept.count() == 1) {
      double[] sums = new double[Pieces.count(over.count())];
      Pieces.forEach(
          workers,
          over.count(),
          (from, to) -> sums[Pieces.index(from)] = sum(xs, 0, summands, from, to));
      ys[0] = (float) Arrays.stream(sums).sum();
      return;
    }
    boolean along = results.columns() > 1 && results.step() < summands.step();
    int columns = results.columns(), step = results.step();
    int grain = Math.max(along ? CACHE_LINE : 1, SUMMANDS / Math.max(1, over.count()));
    Pieces.forEach(workers, kept.count(), grain, (from, to) -> {
      for (int i = from, next; i < to; i = next) {
        next = Math.min(to, (i / columns + 1) * columns);
        int start = results.start(results.indexOf(i / columns)) + i % columns * step;
        if (along) {
          sumsOfRows(next - i, xs, start, step, summands, ys, i);
        } else {
          for (int c = 0; c < next - i; c++) {
            ys[i + c] = (float) sum(xs, start + c * step, summands, 0, over.count());
          }
        }
      }
    });
  }

  /** Sums of neighboring results, which gather their summands row by row. */
  private static void sumsOfRows(
      int count, float[] x, int start, int step, StridedRows summands, float[] y, int yAt) {
    double[] sums = new double[count];
    int[] index = summands.indexOf(0);
    for (int row = 0; row < summands.rows(); row++) {
      int first = start + summands.start(index);
      for (int j = 0; j < summands.columns(); j++, first += summands.step()) {
        for (int c = 0, at = first; c < count; c++, at += step) {
          sums[c] += x[at];
        }
      }
      summands.advance(index);
    }
    for (int c = 0; c < count; c++) {
      y[yAt + c] = (float) sums[c];
    }
  }

  /** The sum of a range of the summands of one result. */
  private static double sum(float[] x, int start, StridedRows summands, int from, int to) {
    int columns = summands.columns(), step = summands.step();
    double sum = 0;
    for (int i = from, next; i < to; i = next) {
      next = Math.min(to, (i / columns + 1) * columns);
      int at = start + summands.start(summands.indexOf(i / columns)) + i % columns * step;
      for (int j = i; j < next; j++, at += step) {
        sum += x[at];
      }
    }
    return sum;
  }

  private static void copy(
      int count, float[] x, int xAt, int xStep, float[] y, int yAt, int yStep) {
    if (xStep == 1 && yStep == 1 && count >= SHORT_ROW) {
      System.arraycopy(x, xAt, y, yAt, count);
      return;
    }
    for (int c = 0, from = xAt, to = yAt; c < count; c++, from += xStep, to += yStep) {
      y[to] = x[from];
    }
  }
}
