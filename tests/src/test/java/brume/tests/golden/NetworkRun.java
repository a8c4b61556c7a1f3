package brume.tests.golden;

import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.reduce.Sum.sum;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.autograd.function.pointwise.Add;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.io.Weights;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.io.StoredType;
import brume.tensor.kernel.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One use of a network with the parameters of a case, and the comparison of all its gradients. */
final class NetworkRun {

  private final GoldenCase asked;
  private final Backend on;
  private final Map<String, Variable> inputs = new LinkedHashMap<>();
  private final Map<String, Variable> asIs = new LinkedHashMap<>();

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

  /** Where the settings and the parameters of a case lie that has them in files. */
  static Path folder(GoldenCase asked) {
    Path config = asked.path().resolveSibling(asked.attrs().path("config").asText());
    return config.toAbsolutePath().getParent();
  }

  /** An input whose gradient will be compared, channels last. */
  Variable input(String name) {
    return inputs.computeIfAbsent(
        name, key -> Variable.parameter(ChannelsLast.load(asked, "input." + key, on)));
  }

  /** An input whose gradient will be compared, with its axes as they are. */
  Variable inputAsIs(String name) {
    return asIs.computeIfAbsent(
        name, key -> Variable.parameter(ChannelsLast.loadAsIs(asked, "input." + key, on)));
  }

  double[] times() {
    return asked.entry("input.t").type() == StoredType.F32
        ? asked.doubles("input.t")
        : Arrays.stream(asked.longs("input.t")).asDoubleStream().toArray();
  }

  /** Compares the output and the gradients of all inputs and parameters. */
  void compare(Layer network, Variable y, Comparison results) {
    compare(network, Map.of("y", y), results);
  }

  /**
   * Compares outputs by name and the gradients of all inputs and parameters: those of the sum of outputs
   * times their stored gradients, or of the output named loss.
   */
  void compare(Layer network, Map<String, Variable> outputs, Comparison results) {
    List<Variable> parts = new ArrayList<>();
    outputs.forEach((name, y) -> {
      results.check("output." + name, y.value());
      if (asked.has("grad.output." + name)) {
        parts.add(weighted(y, ChannelsLast.load(asked, "grad.output." + name, on)));
      }
    });
    Variable loss = parts.stream().reduce(Add::add).orElseGet(() -> loss(outputs));
    compareGradients(network, loss.backward(), results);
  }

  /** Compares outputs whose axes are those of the file. */
  void compareAsIs(Layer network, Map<String, Variable> outputs, Comparison results) {
    List<Variable> parts = new ArrayList<>();
    outputs.forEach((name, y) -> {
      results.checkAsIs("output." + name, y.value());
      parts.add(weighted(y, ChannelsLast.loadAsIs(asked, "grad.output." + name, on)));
    });
    Variable loss = parts.stream().reduce(Add::add).orElseThrow();
    compareGradients(network, loss.backward(), results);
  }

  private static Variable weighted(Variable y, Tensor dy) {
    return sum(multiply(y, Variable.constant(dy)));
  }

  private Variable loss(Map<String, Variable> outputs) {
    Variable loss = outputs.get("loss");
    if (loss == null) {
      throw new IllegalStateException(asked + ": expected stored gradients or a loss, got none");
    }
    return loss;
  }

  private void compareGradients(Layer network, Gradients gradients, Comparison results) {
    inputs.forEach((name, input) -> {
      if (asked.has("grad.input." + name)) {
        results.check("grad.input." + name, of(gradients, input));
      }
    });
    asIs.forEach((name, input) -> {
      if (asked.has("grad.input." + name)) {
        results.checkAsIs("grad.input." + name, of(gradients, input));
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

  /** A gradient; zero for what the outputs do not depend on, as the stored one must be, too. */
  private static Tensor of(Gradients gradients, Variable of) {
    return gradients
        .of(of)
        .orElseGet(() ->
            Tensor.of(of.value().device(), of.shape(), new double[of.shape().size()]));
  }
}
