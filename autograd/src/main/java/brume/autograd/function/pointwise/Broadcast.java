package brume.autograd.function.pointwise;

import brume.autograd.InputGradients;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.BinaryFunction;
import brume.tensor.kernel.BroadcastGeometry;
import brume.tensor.kernel.ElementwiseKernels;
import brume.tensor.kernel.Reduction;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionKernels;

/**
 * What all functions of two numbers share: y = f(a, b), the operands being repeated to a common shape,
 * and gradients that are summed over the axes along which their operand was repeated.
 */
public final class Broadcast {

  private Broadcast() {}

  /**
   * Computes y = f(a, b).
   *
   * @param function who asks, for the message
   * @param f applied to every pair
   * @param a of any shape
   * @param b of a shape that broadcasts with that of {@code a}
   * @return of the common shape
   * @throws ShapeException if there is none
   */
  public static Tensor value(String function, BinaryFunction f, Tensor a, Tensor b) {
    BroadcastGeometry at = BroadcastGeometry.of(function, a.shape(), b.shape());
    Tensor y = a.like(at.y());
    ElementwiseKernels.of(y).combine(f, at, a, b, y);
    return y;
  }

  /**
   * Delivers da = dy·∂f/∂a and db = dy·∂f/∂b.
   *
   * @param f applied to every pair
   * @param a first operand
   * @param b second operand
   * @param dy of the common shape
   * @param grads receives da as 0 and db as 1
   */
  public static void gradients(
      BinaryFunction f, Tensor a, Tensor b, Tensor dy, InputGradients grads) {
    BroadcastGeometry at = BroadcastGeometry.of(f.name(), a.shape(), b.shape());
    grads.put(0, () -> {
      Tensor da = dy.like();
      ElementwiseKernels.of(dy).combineGradA(f, at, a, b, dy, da);
      return sumOnto(a.shape(), da);
    });
    grads.put(1, () -> {
      Tensor db = dy.like();
      ElementwiseKernels.of(dy).combineGradB(f, at, a, b, dy, db);
      return sumOnto(b.shape(), db);
    });
  }

  /** The sum over the axes along which a shape was repeated. */
  static Tensor onto(Shape shape, Tensor dy) {
    if (shape.equals(dy.shape())) {
      return dy;
    }
    Tensor sum = dy.like(shape);
    ReductionGeometry at = ReductionGeometry.onto(dy.shape(), shape);
    ReductionKernels.of(dy).reduce(Reduction.SUM, 0, at, dy, sum);
    return sum;
  }

  /** The same for a tensor nobody else will read. */
  static Tensor sumOnto(Shape shape, Tensor own) {
    Tensor sum = onto(shape, own);
    if (sum != own) {
      own.release("once it was summed over the axes of the repetition");
    }
    return sum;
  }
}
