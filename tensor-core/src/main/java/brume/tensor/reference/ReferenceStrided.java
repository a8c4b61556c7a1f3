package brume.tensor.reference;

import static brume.tensor.HeapStorage.doubles;
import static brume.tensor.HeapStorage.writableDoubles;

import brume.tensor.Tensor;
import brume.tensor.kernel.StridedKernels;
import brume.tensor.kernel.StridedView;
import java.util.Arrays;

/** What reading and writing through strides means. */
final class ReferenceStrided implements StridedKernels {

  @Override
  public void gather(StridedView at, Tensor x, Tensor y) {
    double[] xs = doubles(x), ys = writableDoubles(y);
    for (int i = 0; i < at.count(); i++) {
      ys[i] = xs[at.element(i)];
    }
  }

  @Override
  public void scatter(StridedView at, Tensor x, Tensor y) {
    double[] xs = doubles(x), ys = writableDoubles(y);
    Arrays.fill(ys, 0);
    for (int i = 0; i < at.count(); i++) {
      ys[at.element(i)] = xs[i];
    }
  }

  @Override
  public void sum(StridedView kept, StridedView over, Tensor x, Tensor y) {
    double[] xs = doubles(x), ys = writableDoubles(y);
    for (int i = 0; i < kept.count(); i++) {
      double sum = 0;
      for (int j = 0; j < over.count(); j++) {
        sum += xs[kept.element(i) + over.element(j)];
      }
      ys[i] = sum;
    }
  }
}
