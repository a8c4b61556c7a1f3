package brume.tensor.reference;

import static brume.tensor.HeapStorage.doubles;
import static brume.tensor.HeapStorage.writableDoubles;

import brume.tensor.Tensor;
import brume.tensor.kernel.AxisMap;
import brume.tensor.kernel.IndexingKernels;

/** What moving numbers means. */
final class ReferenceIndexing implements IndexingKernels {

  @Override
  public void copyBlock(
      int rows, int columns, Tensor x, int xAt, int xStride, Tensor y, int yAt, int yStride) {
    double[] xs = doubles(x), ys = writableDoubles(y);
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        ys[yAt + r * yStride + c] = xs[xAt + r * xStride + c];
      }
    }
  }

  @Override
  public void permute(Tensor x, int[] axes, Tensor y) {
    int rank = axes.length;
    int[] strides = new int[rank]; // of x
    for (int axis = rank - 1, stride = 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= x.shape().dim(axis);
    }
    double[] xs = doubles(x), ys = writableDoubles(y);
    for (int i = 0; i < y.shape().size(); i++) {
      int from = 0;
      for (int axis = rank - 1, rest = i; axis >= 0; axis--) {
        from += rest % y.shape().dim(axis) * strides[axes[axis]];
        rest /= y.shape().dim(axis);
      }
      ys[i] = xs[from];
    }
  }

  @Override
  public void mapAxis(AxisMap map, int blocks, int columns, Tensor x, double elsewhere, Tensor y) {
    double[] xs = doubles(x), ys = writableDoubles(y);
    for (int b = 0; b < blocks; b++) {
      for (int j = 0; j < map.outputs(); j++) {
        for (int c = 0; c < columns; c++) {
          double sum = map.start(j) == map.start(j + 1) ? elsewhere : 0;
          for (int term = map.start(j); term < map.start(j + 1); term++) {
            int i = map.source(term);
            sum += map.weight(term) * xs[(b * map.inputs() + i) * columns + c];
          }
          ys[(b * map.outputs() + j) * columns + c] = sum;
        }
      }
    }
  }
}
