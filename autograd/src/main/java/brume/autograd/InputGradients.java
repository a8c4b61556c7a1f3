package brume.autograd;

import brume.tensor.Tensor;
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
