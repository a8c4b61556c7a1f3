package brume.autograd;

import brume.tensor.Tensor;
import java.util.List;

/**
 * A function so cheap that its output may be {@linkplain Variable#spare spared}: instead of being kept until
 * the backward pass reads it, it is computed again then. For functions that pass once over their inputs,
 * beside products and convolutions with many times the work.
 */
public interface Recomputable extends Differentiable {

  /**
   * Computes the output again, in the same bits.
   *
   * @param inputs values in the order of the forward arguments
   * @param y receives the output
   */
  void recompute(List<Tensor> inputs, Tensor y);
}
