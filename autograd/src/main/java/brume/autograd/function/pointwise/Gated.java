package brume.autograd.function.pointwise;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ActivationKernels;
import brume.tensor.kernel.UnaryFunction;

/**
 * Half of the channels, each let through by a function of one of the others:
 *
 * <pre>
 *   y  = a·f(g)                       (a, g) = x, side by side in the channels
 *   da = dy·f(g),  dg = dy·a·f'(g)
 * </pre>
 *
 * @param f saved function
 * @param x (..., 2C) saved input
 * @see <a href="https://arxiv.org/abs/2002.05202">Shazeer, GLU Variants Improve Transformer (2020)</a>
 */
public record Gated(UnaryFunction f, Tensor x) implements Differentiable {

  private static final double NO_PARAMETER = 0;

  /**
   * Lets channels through.
   *
   * @param f a function without a parameter
   * @param x (..., 2C)
   * @return (..., C)
   * @throws ShapeException if the number of channels is odd
   */
  public static Variable gated(UnaryFunction f, Variable x) {
    ShapeException.unless(
        x.shape().rank() >= 1 && x.shape().dim(-1) % 2 == 0,
        "gated: expected x (..., 2C) with an even number of channels, got x %s",
        x.shape());
    Tensor y = x.value().like(x.shape().with(-1, x.shape().dim(-1) / 2));
    ActivationKernels.of(y).gated(f, NO_PARAMETER, x.value(), y);
    return Variable.of(y, new Gated(f, x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Tensor dx = x.like();
    ActivationKernels.of(dx).gatedGrad(f, NO_PARAMETER, x, dy, dx);
    grads.put(0, dx);
  }
}
