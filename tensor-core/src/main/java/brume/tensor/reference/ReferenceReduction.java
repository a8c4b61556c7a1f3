package brume.tensor.reference;

import static brume.tensor.HeapStorage.doubles;
import static brume.tensor.HeapStorage.writableDoubles;

import brume.tensor.Tensor;
import brume.tensor.kernel.Reduction;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionKernels;
import brume.tensor.kernel.RowFunction;
import java.util.Arrays;

/** What functions of many numbers mean. */
final class ReferenceReduction implements ReductionKernels {

  @Override
  public void reduce(Reduction f, double p, ReductionGeometry at, Tensor x, Tensor y) {
    for (int row = 0; row < at.rows(); row++) {
      writableDoubles(y)[row] = f.value(read(at, row, x), p);
    }
  }

  @Override
  public void reduceGrad(
      Reduction f, double p, ReductionGeometry at, Tensor x, Tensor dy, Tensor dx) {
    double[] dxRow = new double[at.columns()];
    for (int row = 0; row < at.rows(); row++) {
      double[] xRow = f == Reduction.SUM ? dxRow : read(at, row, x);
      f.gradient(xRow, p, doubles(dy)[row], dxRow);
      write(at, row, dxRow, dx);
    }
  }

  @Override
  public void mapRows(RowFunction f, double p, ReductionGeometry at, Tensor x, Tensor y) {
    double[] yRow = new double[at.columns()];
    for (int row = 0; row < at.rows(); row++) {
      f.value(read(at, row, x), p, yRow);
      write(at, row, yRow, y);
    }
  }

  @Override
  public void mapRowsGrad(
      RowFunction f, double p, ReductionGeometry at, Tensor saved, Tensor dy, Tensor dx) {
    double[] dxRow = new double[at.columns()];
    for (int row = 0; row < at.rows(); row++) {
      f.gradient(read(at, row, saved), p, read(at, row, dy), dxRow);
      write(at, row, dxRow, dx);
    }
  }

  @Override
  public void sumPerChannel(Tensor x, Tensor y) {
    double[] xs = doubles(x), ys = writableDoubles(y);
    int C = y.shape().size();
    Arrays.fill(ys, 0, C, 0);
    for (int i = 0; i < x.shape().size(); i++) {
      ys[i % C] += xs[i];
    }
  }

  @Override
  public double squaredNorm(Tensor x) {
    double sum = 0;
    for (int i = 0; i < x.shape().size(); i++) {
      sum += doubles(x)[i] * doubles(x)[i];
    }
    return sum;
  }

  @Override
  public double maxAbs(Tensor x) {
    double max = 0;
    for (int i = 0; i < x.shape().size(); i++) {
      max = Math.max(max, Math.abs(doubles(x)[i]));
    }
    return max;
  }

  private static double[] read(ReductionGeometry at, int row, Tensor x) {
    double[] numbers = new double[at.columns()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = doubles(x)[at.first(row) + at.offset(i)];
    }
    return numbers;
  }

  private static void write(ReductionGeometry at, int row, double[] numbers, Tensor x) {
    for (int i = 0; i < numbers.length; i++) {
      writableDoubles(x)[at.first(row) + at.offset(i)] = numbers[i];
    }
  }
}
