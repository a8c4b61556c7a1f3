package brume.tensor.kernel;

import brume.tensor.Tensor;
import brume.tensor.random.RandomKey;

/** Random numbers as a function of a key and the number of the element. */
public interface RandomKernels {

  /**
   * The kernels of the device that holds {@code t}.
   *
   * @param t any tensor
   * @return its kernels
   */
  static RandomKernels of(Tensor t) {
    return Backend.of(t).random();
  }

  /**
   * Uniform numbers in [0, 1): y[i] = key.uniform(first + i).
   *
   * @param key where in the space of random numbers
   * @param first number of the first element
   * @param y result
   */
  void uniform(RandomKey key, long first, Tensor y);

  /**
   * Standard normal numbers: y[i] = key.normal(first + i).
   *
   * @param key where in the space of random numbers
   * @param first number of the first element
   * @param y result
   */
  void normal(RandomKey key, long first, Tensor y);

  /**
   * Drops elements and scales the others: y[i] = x[i]/(1 − rate) if key.uniform(i) ≥ rate, else 0. Its
   * gradient is the same function of dy.
   *
   * @param key where in the space of random numbers
   * @param rate probability of dropping, in [0, 1)
   * @param x input
   * @param y result, may be x
   */
  void dropout(RandomKey key, double rate, Tensor x, Tensor y);
}
