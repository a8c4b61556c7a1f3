package brume.autograd.function;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;

/**
 * Difference of two variables, element by element.
 *
 * <pre>
 *   y  = a − b
 *   da = dy,  db = −dy
 * </pre>
 */
public record Subtract() implements Differentiable {

  /**
   * Subtracts two variables of one shape.
   *
   * @param a what to subtract from
   * @param b what to subtract
   * @return a − b
   * @throws ShapeException if the shapes differ
   */
  public static Variable subtract(Variable a, Variable b) {
    Expect.sameShape("subtract", a.shape(), b.shape());
    Tensor y = a.value().like();
    ElementwiseKernels.of(y).mix(1, a.value(), -1, b.value(), y);
    return Variable.of(y, new Subtract(), a, b);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, dy);
    grads.put(1, () -> {
      Tensor db = dy.like();
      ElementwiseKernels.of(db).affine(-1, dy, 0, db);
      return db;
    });
  }
}
