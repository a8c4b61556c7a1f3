package brume.nn.optim;

import brume.tensor.Tensor;
import brume.tensor.kernel.OptimizerKernels;
import java.util.List;

/** Parameters that are given other numbers at once, not by way of gradients. */
public final class Overwriting {

  private Overwriting() {}

  /**
   * Copies numbers into parameters.
   *
   * @param parameters whose numbers are replaced
   * @param numbers for each of them, of its shape
   */
  public static void overwrite(List<Tensor> parameters, List<Tensor> numbers) {
    if (!parameters.isEmpty()) {
      OptimizerKernels.of(parameters.get(0)).average(1, numbers, parameters); // 1 copies
    }
  }
}
