package brume.tensor.reference;

import static brume.tensor.HeapStorage.doubles;
import static brume.tensor.HeapStorage.writableDoubles;

import brume.tensor.Tensor;
import brume.tensor.kernel.RandomKernels;
import brume.tensor.random.RandomKey;

/** What random numbers of a key mean. */
final class ReferenceRandom implements RandomKernels {

  @Override
  public void uniform(RandomKey key, long first, Tensor y) {
    double[] ys = writableDoubles(y);
    for (int i = 0; i < y.shape().size(); i++) {
      ys[i] = key.uniform(first + i);
    }
  }

  @Override
  public void normal(RandomKey key, long first, Tensor y) {
    double[] ys = writableDoubles(y);
    for (int i = 0; i < y.shape().size(); i++) {
      ys[i] = key.normal(first + i);
    }
  }

  @Override
  public void dropout(RandomKey key, double rate, Tensor x, Tensor y) {
    double[] ys = writableDoubles(y);
    for (int i = 0; i < y.shape().size(); i++) {
      ys[i] = key.uniform(i) >= rate ? doubles(x)[i] / (1 - rate) : 0;
    }
  }
}
