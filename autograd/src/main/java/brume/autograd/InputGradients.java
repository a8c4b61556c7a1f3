package brume.autograd;

import brume.tensor.Tensor;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where a function delivers the gradients of its inputs. The tape adds them up, checks their shapes
 * and skips the unwanted ones.
 */
public interface InputGradients {

  /**
   * Whether anyone needs the gradient of an input.
   *
   * @param input its number in the order of the forward arguments
   * @return false for constants
   */
  boolean wants(int input);

  /**
   * Delivers a gradient: {@code dy} itself, a view of it, or a tensor made for the purpose, never the
   * value of a variable, because gradients are freed after use. One tensor may be delivered to several
   * inputs; it must not be modified afterwards.
   *
   * @param input its number in the order of the forward arguments
   * @param gradient of the shape of the input
   */
  void put(int input, Tensor gradient);

  /**
   * Delivers a gradient that has been added up already.
   *
   * @param input its number in the order of the forward arguments
   * @param gradient (..., C) of the shape of the input
   * @param sums (C) its sum over everything but the channels, if known
   */
  default void put(int input, Tensor gradient, Optional<Tensor> sums) {
    put(input, gradient);
  }

  /**
   * What other functions have delivered to an input so far: one that can add to it on its way delivers the
   * total.
   *
   * @param input its number in the order of the forward arguments
   * @return not to be modified; nothing if this is the first
   */
  default Optional<Tensor> received(int input) {
    return Optional.empty();
  }

  /**
   * {@link #received}, if nobody else has a part in that tensor: a function that can add to it in place
   * does so, and delivers it as the total.
   *
   * @param input its number in the order of the forward arguments
   * @return to be added to; nothing if this is the first, or if what was received is needed elsewhere
   */
  default Optional<Tensor> accumulator(int input) {
    return Optional.empty();
  }

  /**
   * Delivers the sum of {@link #received} and of what there is to deliver.
   *
   * @param input its number in the order of the forward arguments
   * @param total of the shape of the input
   */
  default void putTotal(int input, Tensor total) {
    put(input, total);
  }

  /**
   * The sum of the gradient that arrived, over everything but the channels.
   *
   * @return (C) to be delivered at most once; nothing if whoever made the gradient has not added it up
   */
  default Optional<Tensor> sums() {
    return Optional.empty();
  }

  /**
   * Delivers a gradient that is computed only if wanted.
   *
   * @param input its number in the order of the forward arguments
   * @param gradient computes it
   */
  default void put(int input, Supplier<Tensor> gradient) {
    if (wants(input)) {
      put(input, gradient.get());
    }
  }
}
