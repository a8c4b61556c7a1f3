package brume.tensor.cpu;

import brume.tensor.cpu.loop.Pieces;
import brume.tensor.cpu.loop.Workers;
import brume.tensor.kernel.Reduction;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionGeometry.Axis;
import brume.tensor.kernel.RowFunction;

/**
 * Functions of rows whose numbers may lie apart: some rows per task, each gathered into an array in
 * double precision, where the function's definition is fast enough.
 */
final class GatheredRows {

  private final Workers workers;

  GatheredRows(Workers workers) {
    this.workers = workers;
  }

  void reduce(Reduction f, double p, ReductionGeometry at, float[] x, float[] y) {
    Pieces.forEachRow(workers, at.rows(), at.columns(), (from, to) -> {
      double[] xRow = new double[at.columns()];
      for (int row = from; row < to; row++) {
        gather(at, row, x, xRow);
        y[row] = (float) f.value(xRow, p);
      }
    });
  }

  void reduceGrad(Reduction f, double p, ReductionGeometry at, float[] x, float[] dy, float[] dx) {
    Pieces.forEachRow(workers, at.rows(), at.columns(), (from, to) -> {
      double[] xRow = new double[at.columns()], dxRow = new double[at.columns()];
      for (int row = from; row < to; row++) {
        if (f != Reduction.SUM) {
          gather(at, row, x, xRow);
        }
        f.gradient(xRow, p, dy[row], dxRow);
        scatter(at, row, dxRow, dx);
      }
    });
  }

  void map(RowFunction f, double p, ReductionGeometry at, float[] x, float[] y) {
    Pieces.forEachRow(workers, at.rows(), at.columns(), (from, to) -> {
      double[] xRow = new double[at.columns()], yRow = new double[at.columns()];
      for (int row = from; row < to; row++) {
        gather(at, row, x, xRow);
        f.value(xRow, p, yRow);
        scatter(at, row, yRow, y);
      }
    });
  }

  void mapGrad(
      RowFunction f, double p, ReductionGeometry at, float[] saved, float[] dy, float[] dx) {
    Pieces.forEachRow(workers, at.rows(), at.columns(), (from, to) -> {
      int columns = at.columns();
      double[] savedRow = new double[columns], dyRow = new double[columns];
      double[] dxRow = new double[columns];
      for (int row = from; row < to; row++) {
        gather(at, row, saved, savedRow);
        gather(at, row, dy, dyRow);
        f.gradient(savedRow, p, dyRow, dxRow);
        scatter(at, row, dxRow, dx);
      }
    });
  }

  private static void gather(ReductionGeometry at, int row, float[] x, double[] numbers) {
    Axis run = run(at);
    int first = at.first(row);
    for (int c = 0; c < numbers.length; c += run.size()) {
      for (int i = 0, from = first + at.offset(c); i < run.size(); i++, from += run.stride()) {
        numbers[c + i] = x[from];
      }
    }
  }

  private static void scatter(ReductionGeometry at, int row, double[] numbers, float[] x) {
    Axis run = run(at);
    int first = at.first(row);
    for (int c = 0; c < numbers.length; c += run.size()) {
      for (int i = 0, to = first + at.offset(c); i < run.size(); i++, to += run.stride()) {
        x[to] = (float) numbers[c + i];
      }
    }
  }

  /** The fastest of the axes along which rows lie. */
  private static Axis run(ReductionGeometry at) {
    int axes = at.reduced().size();
    return axes == 0 ? new Axis(1, 1) : at.reduced().get(axes - 1);
  }
}
