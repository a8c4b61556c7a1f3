package brume.tensor.cpu;

import static brume.tensor.HeapStorage.floats;

import brume.tensor.Tensor;
import brume.tensor.kernel.IndexingKernels;

/** Moving blocks of numbers on the CPU, some rows per task. */
final class CpuIndexing implements IndexingKernels {

  private static final int SHORT_ROW = 16; // a loop copies fewer numbers faster than a call

  private final Workers workers;

  CpuIndexing(Workers workers) {
    this.workers = workers;
  }

  @Override
  public void copyBlock(
      int rows, int columns, Tensor x, int xAt, int xStride, Tensor y, int yAt, int yStride) {
    float[] xs = floats(x), ys = floats(y);
    if (xStride == columns && yStride == columns) {
      Pieces.forEach(
          workers,
          rows * columns,
          (from, to) -> System.arraycopy(xs, xAt + from, ys, yAt + from, to - from));
      return;
    }
    Pieces.forEachRow(workers, rows, columns, (from, to) -> {
      for (int r = from; r < to; r++) {
        copy(columns, xs, xAt + r * xStride, ys, yAt + r * yStride);
      }
    });
  }

  @Override
  public void permute(Tensor x, int[] axes, Tensor y) {
    float[] xs = floats(x), ys = floats(y);
    Permutation at = Permutation.of(x.shape(), axes);
    int columns = at.columns(), step = at.step();
    Pieces.forEachRow(workers, at.rows(), columns, (from, to) -> {
      int[] index = at.indexOf(from);
      for (int row = from; row < to; row++) {
        int i = at.source(index);
        if (step == 1) {
          copy(columns, xs, i, ys, row * columns);
        } else {
          gather(columns, xs, i, step, ys, row * columns);
        }
        at.advance(index);
      }
    });
  }

  private static void copy(int count, float[] x, int xAt, float[] y, int yAt) {
    if (count >= SHORT_ROW) {
      System.arraycopy(x, xAt, y, yAt, count);
      return;
    }
    for (int c = 0; c < count; c++) {
      y[yAt + c] = x[xAt + c];
    }
  }

  private static void gather(int count, float[] x, int xAt, int step, float[] y, int yAt) {
    for (int c = 0, i = xAt; c < count; c++, i += step) {
      y[yAt + c] = x[i];
    }
  }
}
