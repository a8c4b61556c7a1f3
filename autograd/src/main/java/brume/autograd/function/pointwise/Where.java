package brume.autograd.function.pointwise;

import static brume.tensor.kernel.BinaryFunction.ADD;
import static brume.tensor.kernel.BinaryFunction.UNLESS;
import static brume.tensor.kernel.BinaryFunction.WHERE;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.autograd.function.Expect;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;

/**
 * A choice between two variables, element by element.
 *
 * <pre>
 *   y  = a where m ≠ 0, else b
 *   da = dy where m ≠ 0, else 0     summed over the axes along which an operand was repeated
 *   db = dy where m = 0, else 0
 * </pre>
 *
 * @param mask saved mask m
 * @param a saved shape of the first choice
 * @param b saved shape of the second choice
 */
public record Where(Tensor mask, Shape a, Shape b) implements Differentiable {

  private static final int A = 1, B = 2;

  /**
   * Chooses. The three shapes are aligned at the last axes, and axes of size one repeated.
   *
   * @param mask constant, not 0 where {@code a} is wanted
   * @param a first choice
   * @param b second choice
   * @return of the common shape
   * @throws ShapeException if the shapes have none
   * @throws IllegalArgumentException if {@code mask} requires a gradient; there is none
   */
  public static Variable where(Variable mask, Variable a, Variable b) {
    Expect.constant("where", "mask", mask);
    Tensor ofA = Broadcast.value("where", WHERE, mask.value(), a.value());
    Tensor ofB = Broadcast.value("where", UNLESS, mask.value(), b.value());
    Tensor y = Broadcast.value("where", ADD, ofA, ofB);
    ofA.release("once it was chosen from");
    ofB.release("once it was chosen from");
    return Variable.of(y, new Where(mask.value(), a.shape(), b.shape()), mask, a, b);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(A, () -> Broadcast.sumOnto(a, Broadcast.value("where", WHERE, mask, dy)));
    grads.put(B, () -> Broadcast.sumOnto(b, Broadcast.value("where", UNLESS, mask, dy)));
  }
}
