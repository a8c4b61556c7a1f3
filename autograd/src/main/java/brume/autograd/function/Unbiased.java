package brume.autograd.function;

import brume.autograd.Variable;
import brume.tensor.Tensor;

/** The result of a function whose bias is yet to be added, by a function that goes through it anyway. */
public interface Unbiased {

  /**
   * What the bias is added to, in place.
   *
   * @return (..., C)
   */
  Tensor y();

  /**
   * The bias.
   *
   * @return (C)
   */
  Variable bias();

  /**
   * The result with its bias.
   *
   * @return y, to which the bias has been added
   */
  Variable biased();
}
