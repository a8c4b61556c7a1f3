package brume.tensor.reference;

import brume.tensor.HeapStorage;
import brume.tensor.Tensor;

/** What products multiply with: numbers in double precision, or of half width. */
final class Operand {

  private Operand() {}

  /** An array to be read: that of the tensor, or a wider copy. */
  static double[] doubles(Tensor t) {
    return t.dtype().isHalf() ? t.toDoubles() : HeapStorage.doubles(t);
  }
}
