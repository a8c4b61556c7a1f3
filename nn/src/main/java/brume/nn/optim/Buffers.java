package brume.nn.optim;

import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.tensor.DType;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.kernel.ElementwiseKernels;
import java.util.List;
import java.util.Locale;

/** Tensors that optimizers and averages keep beside each parameter. */
final class Buffers {

  private Buffers() {}

  /** Refuses a network whose matrices are kept in 16 bits: what is learned in a step is lost in those. */
  static void requireFullWidth(List<NamedParameter> parameters) {
    for (NamedParameter parameter : parameters) {
      DType dtype = parameter.variable().value().dtype();
      if (dtype.isHalf()) {
        throw new IllegalArgumentException(Text.of(
            "optimizer: expected parameters of full width to be trained, got %s in %s; read the weights as"
                + " float",
            parameter.path(), dtype.name().toLowerCase(Locale.ROOT)));
      }
    }
  }

  /** Zeros like a parameter, listed in a state under their kind and the parameter's name. */
  static Tensor zerosFor(NamedParameter parameter, String kind, List<NamedParameter> state) {
    Tensor zeros = parameter.variable().value().like();
    ElementwiseKernels.of(zeros).fill(0, zeros);
    state.add(new NamedParameter(
        kind + "." + parameter.path(), Variable.constant(zeros), parameter.layout()));
    return zeros;
  }
}
