package brume.diffusion.run;

import brume.tensor.LateNumber;
import brume.tensor.Tensor;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * The loss of a step in its parts.
 *
 * @param parts each divided by their number
 */
public record LossParts(List<Tensor> parts) {

  /**
   * Asks for the loss without waiting for it.
   *
   * @return mean over all samples of the step, known when there is time to wait
   */
  public LateNumber late() {
    List<LateNumber> each = parts.stream().map(Tensor::lateItem).toList();
    DoubleSupplier sum = () -> {
      double loss = 0;
      for (LateNumber part : each) {
        loss += part.await();
      }
      return loss;
    };
    return each.stream().anyMatch(LateNumber::isLate)
        ? LateNumber.late(sum)
        : LateNumber.of(sum.getAsDouble());
  }
}
