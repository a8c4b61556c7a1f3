package brume.tensor.kernel;

import brume.tensor.Tensor;

/**
 * Reading and writing through strides: transposes, diagonals, repetition and sums over any axes, from
 * which einsum is made together with {@link MatmulKernels}.
 */
public interface StridedKernels {

  /**
   * The kernels of the device that holds {@code t}.
   *
   * @param t any tensor
   * @return its kernels
   */
  static StridedKernels of(Tensor t) {
    return Backend.of(t).strided();
  }

  /**
   * Reads through strides: y[i] = x[at(i)].
   *
   * @param at where the numbers lie in x
   * @param x input
   * @param y one element per index, dense, receives them
   */
  void gather(StridedView at, Tensor x, Tensor y);

  /**
   * Writes through strides: y[at(i)] = x[i], and 0 where no index leads.
   *
   * @param at where the numbers go in y; no two indices lead to the same element
   * @param x one element per index, dense
   * @param y result
   */
  void scatter(StridedView at, Tensor x, Tensor y);

  /**
   * Sums through strides: y[i] = Σ x[kept(i) + over(j)] over all indices j.
   *
   * @param kept where the sums begin in x
   * @param over where their summands lie from there
   * @param x input
   * @param y one element per index of {@code kept}, dense, receives the sums
   */
  void sum(StridedView kept, StridedView over, Tensor x, Tensor y);
}
