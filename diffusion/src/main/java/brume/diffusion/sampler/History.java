package brume.diffusion.sampler;

import brume.autograd.Variable;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;

/** The latest estimates of one way, each with the number of the level it belongs to. */
final class History {

  private final Tensor[] values;
  private final double[] places;
  private int count; // of all that came

  /** Room for some (N, ..., C) estimates, owned by the innermost scope. */
  History(Tensor like, int size) {
    values = new Tensor[size];
    places = new double[size];
    for (int i = 0; i < size; i++) {
      values[i] = like.like();
    }
  }

  /** Copies an estimate, in the place of the oldest. */
  void add(Variable estimate, double place) {
    int row = count++ % values.length;
    ElementwiseKernels.of(values[row]).affine(1, estimate.value(), 0, values[row]);
    places[row] = place;
  }

  void clear() {
    count = 0;
  }

  int size() {
    return Math.min(count, values.length);
  }

  /** (N, ..., C) estimate i, 0 for the newest. */
  Variable value(int i) {
    return Variable.constant(values[row(i)]);
  }

  /** What was given with it: λ or σ of its level. */
  double place(int i) {
    return places[row(i)];
  }

  private int row(int i) {
    return (count - 1 - i) % values.length;
  }
}
