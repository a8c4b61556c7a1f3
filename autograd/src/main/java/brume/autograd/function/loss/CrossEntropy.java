package brume.autograd.function.loss;

import static brume.tensor.kernel.BinaryFunction.MULTIPLY;
import static brume.tensor.kernel.BinaryFunction.WHERE;
import static brume.tensor.kernel.Reduction.SUM;
import static brume.tensor.kernel.RowFunction.LOG_SOFTMAX;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.autograd.function.Expect;
import brume.autograd.function.pointwise.Broadcast;
import brume.autograd.function.reduce.Rows;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionGeometry.Axes;
import java.util.Arrays;

/**
 * Cross entropy between target distributions q over classes and those that logits stand for. {@link
 * Labeling} makes distributions of class numbers.
 *
 * <pre>
 *   y  = −Σ q·log p                  over the classes, p = softmax x
 *   dx = dy·(p·Σ q − q)
 * </pre>
 *
 * @param logp (..., C) saved logarithms of p
 * @param q (..., C) saved targets
 */
public record CrossEntropy(Tensor logp, Tensor q) implements Differentiable {

  /**
   * Compares logits with the truth.
   *
   * @param x (..., C) logits
   * @param target (..., C) constant distributions q, which need not sum to 1
   * @return (...) the loss at every position
   * @throws ShapeException if the shapes differ or have no axes
   * @throws IllegalArgumentException if {@code target} requires a gradient; there is none
   */
  public static Variable crossEntropy(Variable x, Variable target) {
    Expect.sameShape("crossEntropy", x.shape(), target.shape());
    Expect.constant("crossEntropy", "target", target);
    ReductionGeometry at = Rows.along("crossEntropy", x, Axes.of(-1));
    Tensor logp = Rows.value(LOG_SOFTMAX, 0, at, x), q = target.value();
    // A class of probability 0 has the logarithm −∞, but may be one the target does not ask for.
    Tensor asked = Broadcast.value("crossEntropy", WHERE, q, logp);
    ElementwiseKernels.of(asked).multiply(q, asked, asked);
    Tensor y = Rows.value(SUM, 0, at, Variable.constant(asked));
    asked.release("once it was added up");
    ElementwiseKernels.of(y).affine(-1, y, 0, y);
    return Variable.of(y, new CrossEntropy(logp, q), x, target);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    int[] dims = Arrays.copyOf(dy.shape().toArray(), dy.shape().rank() + 1);
    dims[dims.length - 1] = 1;
    Tensor dlogp = Broadcast.value("crossEntropy", MULTIPLY, dy.reshape(Shape.of(dims)), q);
    ElementwiseKernels.of(dlogp).affine(-1, dlogp, 0, dlogp);
    ReductionGeometry at = ReductionGeometry.of("crossEntropy", q.shape(), Axes.of(-1));
    grads.put(0, Rows.gradient(LOG_SOFTMAX, 0, at, logp, dlogp));
    dlogp.release("once it was passed on");
  }
}
