package brume.autograd.function.loss;

import static brume.tensor.kernel.BinaryFunction.BINARY_CROSS_ENTROPY;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.autograd.function.pointwise.Broadcast;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;

/**
 * Cross entropy of a question with two answers, of logits: element by element, to be averaged.
 *
 * <pre>
 *   y  = −b·log σ(a) − (1 − b)·log(1 − σ(a)) = (1 − b)·a + log(1 + e⁻ᵃ)
 *   da = dy·(σ(a) − b),  db = −dy·a summed over the axes along which an operand was repeated
 * </pre>
 *
 * @param a saved logits
 * @param b saved true probabilities
 */
public record BinaryCrossEntropy(Tensor a, Tensor b) implements Differentiable {

  /**
   * Compares logits with the truth. Their shapes are aligned at the last axes, and axes of size one repeated.
   *
   * @param a logits
   * @param b true probabilities
   * @return the loss of every element, of the common shape
   * @throws ShapeException if the shapes have none
   */
  public static Variable binaryCrossEntropy(Variable a, Variable b) {
    Tensor y = Broadcast.value("binaryCrossEntropy", BINARY_CROSS_ENTROPY, a.value(), b.value());
    return Variable.of(y, new BinaryCrossEntropy(a.value(), b.value()), a, b);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Broadcast.gradients(BINARY_CROSS_ENTROPY, a, b, dy, grads);
  }
}
