package brume.autograd;

import brume.tensor.Tensor;

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
   * What messages and printed variables call the function.
   *
   * @return the name of the record, if it holds no more than one function
   */
  default String name() {
    return getClass().getSimpleName();
  }
}
