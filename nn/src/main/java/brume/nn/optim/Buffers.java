package brume.nn.optim;

import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;
import java.util.List;

/** Tensors that optimizers and averages keep beside each parameter. */
final class Buffers {

  private Buffers() {}

  /** Zeros like a parameter, listed in a state under their kind and the parameter's name. */
  static Tensor zerosFor(NamedParameter parameter, String kind, List<NamedParameter> state) {
    Tensor zeros = parameter.variable().value().like();
    ElementwiseKernels.of(zeros).fill(0, zeros);
    state.add(new NamedParameter(
        kind + "." + parameter.path(), Variable.constant(zeros), parameter.layout()));
    return zeros;
  }
}
