package brume.tensor.math;

import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;
import brume.tensor.kernel.IndexingKernels;
import brume.tensor.kernel.OptimizerKernels;
import java.util.List;

/** Copies of tensors on their device. */
public final class Copies {

  private Copies() {}

  /**
   * Copies the numbers of one tensor to another.
   *
   * @param from not modified
   * @param to of as many elements, overwritten
   */
  public static void copy(Tensor from, Tensor to) {
    int size = to.shape().size();
    IndexingKernels.of(to).copyBlock(1, size, from, 0, size, to, 0, size);
  }

  /**
   * New tensors with the numbers of others, owned by the innermost scope. A device on which starting work
   * costs time copies them together.
   *
   * @param originals not modified
   * @return one for each
   */
  public static List<Tensor> of(List<Tensor> originals) {
    List<Tensor> copies = originals.stream().map(Tensor::like).toList();
    if (!copies.isEmpty()) {
      OptimizerKernels.of(copies.get(0)).average(1, originals, copies); // all the way
    }
    return copies;
  }

  /**
   * Makes all numbers zero.
   *
   * @param x overwritten
   */
  public static void clear(Tensor x) {
    ElementwiseKernels.of(x).fill(0, x);
  }
}
