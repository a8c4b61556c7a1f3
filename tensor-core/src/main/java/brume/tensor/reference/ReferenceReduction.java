package brume.tensor.reference;

import static brume.tensor.HeapStorage.doubles;

import brume.tensor.Tensor;
import brume.tensor.kernel.ReductionKernels;
import java.util.Arrays;

/** What sums over many elements mean. */
final class ReferenceReduction implements ReductionKernels {

  @Override
  public void sum(Tensor x, Tensor y) {
    double sum = 0;
    for (int i = 0; i < x.shape().size(); i++) {
      sum += doubles(x)[i];
    }
    doubles(y)[0] = sum;
  }

  @Override
  public void sumPerChannel(Tensor x, Tensor y) {
    double[] xs = doubles(x), ys = doubles(y);
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
}
