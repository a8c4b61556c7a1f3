package brume.tests.golden;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.io.Weights;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.io.StoredType;
import brume.tensor.kernel.Backend;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** One use of a network with the parameters of a case, and the comparison of all its gradients. */
final class NetworkRun {

  private final GoldenCase asked;
  private final Backend on;
  private final Map<String, Variable> inputs = new LinkedHashMap<>();

  /** Loads the parameters into a network, whose names must be those of the case. */
  NetworkRun(GoldenCase asked, Backend on, Layer network) throws IOException {
    this(asked, on);
    Weights.load(asked.path(), "param.", network.parameters());
  }

  /** For a network that has its parameters. */
  NetworkRun(GoldenCase asked, Backend on) {
    this.asked = asked;
    this.on = on;
  }

  /** An input whose gradient will be compared, channels last. */
  Variable input(String name) {
    return inputs.computeIfAbsent(
        name, key -> Variable.parameter(ChannelsLast.load(asked, "input." + key, on)));
  }

  double[] times() {
    return asked.entry("input.t").type() == StoredType.F32
        ? asked.doubles("input.t")
        : Arrays.stream(asked.longs("input.t")).asDoubleStream().toArray();
  }

  /** Compares the output and the gradients of all inputs and parameters. */
  void compare(Layer network, Variable y, Comparison results) {
    results.check("output.y", y.value());
    Gradients gradients = y.backward(ChannelsLast.load(asked, "grad.output.y", on));
    inputs.forEach((name, input) -> {
      if (asked.has("grad.input." + name)) {
        results.check("grad.input." + name, of(gradients, input));
      }
    });
    for (NamedParameter parameter : network.parameters()) {
      if (parameter.variable().requiresGradient()) {
        results.check(
            "grad.param." + parameter.path(),
            asStored(parameter, of(gradients, parameter.variable()).toDoubles()));
      }
    }
  }

  /** Numbers in the order of a parameter, in the order of its file. */
  static double[] asStored(NamedParameter parameter, double[] values) {
    Shape shape = parameter.variable().shape();
    return Arrays.stream(parameter.layout().order(shape))
        .mapToDouble(i -> values[i])
        .toArray();
  }

  private static Tensor of(Gradients gradients, Variable of) {
    return gradients
        .of(of)
        .orElseThrow(() -> new IllegalStateException("expected a gradient of " + of));
  }
}
