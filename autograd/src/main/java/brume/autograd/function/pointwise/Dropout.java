package brume.autograd.function.pointwise;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;
import brume.tensor.kernel.RandomKernels;
import brume.tensor.random.RandomKey;

/**
 * Drops elements at random and scales the others, so that the expectation stays. It saves no mask: the
 * key draws the same one again.
 *
 * <pre>
 *   y  = x·m,   m = 1/(1 − rate) where the key draws a number ≥ rate, else 0
 *   dx = dy·m
 * </pre>
 *
 * @param key saved place in the space of random numbers
 * @param rate saved probability of dropping
 * @see <a href="https://jmlr.org/papers/v15/srivastava14a.html">Srivastava et al., Dropout (2014)</a>
 */
public record Dropout(RandomKey key, double rate) implements Differentiable {

  /**
   * Drops elements.
   *
   * @param x of any shape
   * @param key decides which elements are dropped; one per use
   * @param rate probability of dropping, in [0, 1)
   * @return of the shape of {@code x}
   * @throws IllegalArgumentException if {@code rate} is not in [0, 1)
   */
  public static Variable dropout(Variable x, RandomKey key, double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "dropout: expected a rate of at least 0 and below 1, got " + rate);
    }
    Tensor y = x.value().like();
    RandomKernels.of(y).dropout(key, rate, x.value(), y);
    return Variable.of(y, new Dropout(key, rate), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Tensor dx = dy.like();
    RandomKernels.of(dy).dropout(key, rate, dy, dx);
    grads.put(0, dx);
  }
}
