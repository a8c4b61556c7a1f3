package brume.autograd.einsum;

import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;
import java.util.ArrayList;
import java.util.List;

/**
 * The steps of a contraction; the last one computes its result.
 *
 * @param steps at least one, unless the result is zero because nothing is summed
 */
record Program(List<Step> steps) {

  /** The program of sums without summands. */
  static final Program ZERO = new Program(List.of());

  void run(List<Tensor> xs, Tensor y) {
    if (steps.isEmpty()) {
      ElementwiseKernels.of(y).fill(0, y);
      return;
    }
    try (Scope scope = Scope.open()) {
      List<Tensor> values = new ArrayList<>(xs);
      for (int i = 0; i < steps.size(); i++) {
        Step step = steps.get(i);
        Tensor value = i == steps.size() - 1 ? y : y.like(Shape.of(step.size()));
        step.run(values, value);
        values.add(value);
      }
    }
  }
}
