package brume.nn.layer;

import static brume.autograd.function.linear.Linear.linear;
import static brume.autograd.function.linear.Linear.linears;

import brume.autograd.Variable;
import brume.nn.Adapters;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.StoredLayout;
import brume.nn.init.Initialization;
import brume.tensor.Shape;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A matrix product over the last axis, plus one number per output as a rule: y = x·Wᵀ + b. */
public final class Linear implements Layer {

  private final Parameters at;
  private final Variable weight; // (out, in)
  private final Optional<Variable> bias; // (out)
  private final Optional<Adapters.Adapter> adapter;

  /**
   * Begins as PyTorch's does.
   *
   * @param at its place
   * @param in channels of x
   * @param out channels of y
   */
  public Linear(Parameters at, int in, int out) {
    this(at, in, out, Initialization.kaiming());
  }

  /**
   * Begins by another rule.
   *
   * @param at its place
   * @param in channels of x
   * @param out channels of y
   * @param initialization the rule
   */
  public Linear(Parameters at, int in, int out, Initialization initialization) {
    this(at, in, out, true, initialization);
  }

  private Linear(Parameters at, int in, int out, boolean biased, Initialization initialization) {
    this.at = at;
    this.weight = at.addFactor(
        "weight", Shape.of(out, in), StoredLayout.SAME, initialization.weight(in, out));
    this.bias = biased
        ? Optional.of(at.add("bias", Shape.of(out), StoredLayout.SAME, initialization.bias(in)))
        : Optional.empty();
    this.adapter = Adapters.of(at, in, out);
  }

  /**
   * A matrix product alone, which begins as PyTorch's does.
   *
   * @param at its place
   * @param in channels of x
   * @param out channels of y
   * @return the layer
   */
  public static Linear withoutBias(Parameters at, int in, int out) {
    return withoutBias(at, in, out, Initialization.kaiming());
  }

  /**
   * A matrix product alone, which begins by another rule.
   *
   * @param at its place
   * @param in channels of x
   * @param out channels of y
   * @param initialization the rule
   * @return the layer
   */
  public static Linear withoutBias(Parameters at, int in, int out, Initialization initialization) {
    return new Linear(at, in, out, false, initialization);
  }

  private Linear(Linear of) {
    this.at = of.at;
    this.weight = of.weight;
    this.bias = of.bias;
    Shape shape = weight.shape();
    this.adapter = Adapters.of(at, shape.dim(1), shape.dim(0));
  }

  /**
   * The same layer in a network that is being built: beside its matrix are the adapters of that network.
   *
   * @return it shares its parameters with this one
   */
  public Linear rebuilt() {
    return new Linear(this);
  }

  /**
   * Applies the layer.
   *
   * @param x (..., in)
   * @return (..., out)
   */
  public Variable forward(Variable x) {
    Variable y = bias.isPresent() ? linear(x, weight, bias.get()) : linear(x, weight);
    return adapted(x, y);
  }

  /**
   * Applies several layers to the same input, in one go where all have biases.
   *
   * @param layers of the same input channels
   * @param x (..., in)
   * @return (..., out) of each layer
   */
  public static List<Variable> forwardAll(List<Linear> layers, Variable x) {
    if (layers.stream().anyMatch(layer -> layer.bias.isEmpty())) {
      return layers.stream().map(layer -> layer.forward(x)).toList();
    }
    List<Variable> ys = linears(
        x,
        layers.stream().map(layer -> layer.weight).toList(),
        layers.stream().map(layer -> layer.bias.orElseThrow()).toList());
    return IntStream.range(0, layers.size())
        .mapToObj(i -> layers.get(i).adapted(x, ys.get(i)))
        .toList();
  }

  private Variable adapted(Variable x, Variable y) {
    return adapter.isPresent() ? adapter.get().change(x, y) : y;
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
