package brume.autograd.function.pointwise;

import static brume.tensor.kernel.BinaryFunction.SUBTRACT;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;

/**
 * Difference of two variables, element by element.
 *
 * <pre>
 *   y  = a − b
 *   da = dy,  db = −dy              summed over the axes along which an operand was repeated
 * </pre>
 *
 * @param a saved shape of what is subtracted from
 * @param b saved shape of what is subtracted
 */
public record Subtract(Shape a, Shape b) implements Differentiable {

  /**
   * Subtracts two variables. Their shapes are aligned at the last axes, and axes of size one repeated.
   *
   * @param a what to subtract from
   * @param b what to subtract
   * @return a − b, of the common shape
   * @throws ShapeException if the shapes have none
   */
  public static Variable subtract(Variable a, Variable b) {
    Tensor y = Broadcast.value("subtract", SUBTRACT, a.value(), b.value());
    return Variable.of(y, new Subtract(a.shape(), b.shape()), a, b);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, () -> Broadcast.onto(a, dy));
    grads.put(1, () -> {
      Tensor db = dy.like();
      ElementwiseKernels.of(db).affine(-1, dy, 0, db);
      return Broadcast.sumOnto(b, db);
    });
  }
}
