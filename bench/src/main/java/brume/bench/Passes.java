package brume.bench;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.tensor.Scope;
import brume.tensor.Tensor;
import java.util.function.Supplier;

/** What is measured of a differentiable function. */
final class Passes {

  private Passes() {}

  /** The function alone, as when sampling. */
  static void forward(Supplier<Variable> function) {
    try (Tape.Pause pause = Tape.pause();
        Scope scope = Scope.open()) {
      function.get();
    }
  }

  /** The function and its gradients, as when training. */
  static void forwardAndBackward(Supplier<Variable> function, Tensor dy) {
    try (Scope scope = Scope.open()) {
      function.get().backward(dy);
    }
  }
}
