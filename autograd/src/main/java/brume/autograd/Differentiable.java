package brume.autograd;

import brume.tensor.Tensor;
import java.util.List;

/**
 * One application of a differentiable function, as the tape remembers it.
 *
 * <p>Implementations are records. Their components are what the forward pass keeps for the backward
 * pass, no more and no less, so the header of the record is also its memory bill. Tensors among them
 * are values of the function's inputs, its output, or were made by the function itself; those of the
 * last kind are freed by the backward pass once the record has been used, or at once if nothing is
 * recorded. They must not be written between the two passes, be it by way of a variable whose value they
 * are; the backward pass refuses to start from what has changed.
 */
public interface Differentiable {

  /**
   * Turns the gradient of the output into gradients of the inputs.
   *
   * @param dy gradient of the loss with respect to the output, of the output's shape; not modified
   * @param grads receives one gradient per input, numbered in the order of the forward arguments
   */
  void backward(Tensor dy, InputGradients grads);

  /**
   * Whether a step can be undone together with this one, which is cheaper than one after the other.
   *
   * @param other a step that is to be undone next
   * @return false as a rule
   */
  default boolean joins(Differentiable other) {
    return false;
  }

  /**
   * {@link #backward} of this step and of all that it joins, in this order; the sums of gradients are
   * made in this order, too.
   *
   * @param steps this one, and those it joins
   * @param dys gradients of their outputs
   * @param grads receives the gradients of their inputs
   */
  default void backward(List<Differentiable> steps, List<Tensor> dys, List<InputGradients> grads) {
    for (int i = 0; i < steps.size(); i++) {
      steps.get(i).backward(dys.get(i), grads.get(i));
    }
  }

  /**
   * What messages and printed variables call the function.
   *
   * @return the name of the record, if it holds no more than one function
   */
  default String name() {
    return getClass().getSimpleName();
  }
}
