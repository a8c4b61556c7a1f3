package brume.diffusion.sampler;

import brume.autograd.Variable;
import brume.tensor.Tensor;
import java.util.function.Supplier;

/** A step that depends on former ones. Asked by itself, it has none, and is the first of a way. */
public interface RememberingStep extends Step {

  /**
   * A way without former steps.
   *
   * @param start (N, ..., C) where it starts; memory is owned by the innermost scope
   * @param steps of the whole way
   * @return what remembers its steps
   */
  @Override
  Step begin(Tensor start, int steps);

  @Override
  default Variable next(Estimate now, Denoised model, Supplier<Variable> z) {
    return begin(now.xt().value(), now.level().k() + 1).next(now, model, z);
  }
}
