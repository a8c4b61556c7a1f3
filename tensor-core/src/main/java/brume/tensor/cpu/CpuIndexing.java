package brume.tensor.cpu;

import static brume.tensor.HeapStorage.floats;
import static brume.tensor.HeapStorage.writableFloats;
import static jdk.incubator.vector.FloatVector.fromArray;

import brume.tensor.Tensor;
import brume.tensor.cpu.loop.Pieces;
import brume.tensor.cpu.loop.Workers;
import brume.tensor.kernel.AxisMap;
import brume.tensor.kernel.IndexingKernels;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Moving numbers on the CPU, some rows per task. */
final class CpuIndexing implements IndexingKernels {

  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;

  private static final int SHORT_ROW = 16; // a loop copies fewer numbers faster than a call

  private static final int LONG_ROW = 128; // numbers that are worth a call

  private final Workers workers;

  CpuIndexing(Workers workers) {
    this.workers = workers;
  }

  @Override
  public void copyBlock(
      int rows, int columns, Tensor x, int xAt, int xStride, Tensor y, int yAt, int yStride) {
    float[] xs = floats(x), ys = writableFloats(y);
    if (xStride == columns && yStride == columns) {
      Pieces.forEach(
          workers,
          rows * columns,
          (from, to) -> System.arraycopy(xs, xAt + from, ys, yAt + from, to - from));
      return;
    }
    Pieces.forEachRow(workers, rows, columns, (from, to) -> {
      int x0 = xAt + from * xStride, y0 = yAt + from * yStride;
      if (columns <= LONG_ROW && columns % LANES.length() == 0) {
        copyColumns(to - from, columns, xs, x0, xStride, ys, y0, yStride);
        return;
      }
      for (int r = 0; r < to - from; r++) {
        copy(columns, xs, x0 + r * xStride, ys, y0 + r * yStride);
      }
    });
  }

  /** Short rows, a vector of each at a time: a call for each of them takes longer than its numbers. */
  private static void copyColumns(
      int rows, int columns, float[] x, int xAt, int xStride, float[] y, int yAt, int yStride) {
    for (int c = 0; c < columns; c += LANES.length()) {
      for (int r = 0, i = xAt + c, j = yAt + c; r < rows; r++, i += xStride, j += yStride) {
        fromArray(LANES, x, i).intoArray(y, j);
      }
    }
  }

  @Override
  public void permute(Tensor x, int[] axes, Tensor y) {
    float[] xs = floats(x), ys = writableFloats(y);
    StridedRows at = StridedRows.of(x.shape(), axes);
    int columns = at.columns(), step = at.step();
    Pieces.forEachRow(workers, at.rows(), columns, (from, to) -> {
      int[] index = at.indexOf(from);
      for (int row = from; row < to; row++) {
        int i = at.start(index);
        if (step == 1) {
          copy(columns, xs, i, ys, row * columns);
        } else {
          gather(columns, xs, i, step, ys, row * columns);
        }
        at.advance(index);
      }
    });
  }

  @Override
  public void mapAxis(AxisMap map, int blocks, int columns, Tensor x, double elsewhere, Tensor y) {
    float[] xs = floats(x), ys = writableFloats(y);
    int outputs = map.outputs(), inputs = map.inputs(), rows = blocks * outputs;
    Pieces.forEachRow(workers, rows, columns, (from, to) -> {
      for (int row = from; row < to; row++) {
        int j = row % outputs, block = row / outputs * inputs * columns, y0 = row * columns;
        int term = map.start(j), end = map.start(j + 1);
        if (term == end) {
          Arrays.fill(ys, y0, y0 + columns, (float) elsewhere);
          continue;
        }
        set(columns, (float) map.weight(term), xs, block + map.source(term) * columns, ys, y0);
        for (term++; term < end; term++) {
          add(columns, (float) map.weight(term), xs, block + map.source(term) * columns, ys, y0);
        }
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

  // ---- Weighted rows ---------------------------------------------------------------------------

  /** y = weight·x. */
  private static void set(int count, float weight, float[] x, int xAt, float[] y, int yAt) {
    if (weight == 1) {
      copy(count, x, xAt, y, yAt);
      return;
    }
    int c = 0;
    for (int end = LANES.loopBound(count); c < end; c += LANES.length()) {
      fromArray(LANES, x, xAt + c).mul(weight).intoArray(y, yAt + c);
    }
    for (; c < count; c++) {
      y[yAt + c] = weight * x[xAt + c];
    }
  }

  /** y = y + weight·x. */
  private static void add(int count, float weight, float[] x, int xAt, float[] y, int yAt) {
    int c = 0;
    for (int end = LANES.loopBound(count); c < end; c += LANES.length()) {
      fromArray(LANES, x, xAt + c)
          .mul(weight)
          .add(fromArray(LANES, y, yAt + c))
          .intoArray(y, yAt + c);
    }
    for (; c < count; c++) {
      y[yAt + c] += weight * x[xAt + c];
    }
  }
}
