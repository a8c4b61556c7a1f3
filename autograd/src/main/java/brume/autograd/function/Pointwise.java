package brume.autograd.function;

import brume.autograd.Variable;
import brume.tensor.Tensor;
import brume.tensor.kernel.ActivationKernels;
import brume.tensor.kernel.UnaryFunction;

/** What all functions of one number share: y = f(x), dx = dy·f'(x). */
final class Pointwise {

  private Pointwise() {}

  static Tensor value(UnaryFunction f, double p, Variable x) {
    Tensor y = x.value().like();
    ActivationKernels.of(y).apply(f, p, x.value(), y);
    return y;
  }

  static Tensor gradient(UnaryFunction f, double p, Tensor x, Tensor dy) {
    Tensor dx = x.like();
    ActivationKernels.of(x).applyGrad(f, p, x, dy, dx);
    return dx;
  }

  static Tensor value(UnaryFunction f, Variable x) {
    return value(f, 0, x);
  }

  static Tensor gradient(UnaryFunction f, Tensor x, Tensor dy) {
    return gradient(f, 0, x, dy);
  }
}
