package brume.tests.golden;

import static brume.autograd.function.shape.Permute.permute;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.io.StoredType;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors and arguments of an operation of PyTorch, in PyTorch's order of axes. Brume's order is
 * reached by functions of Brume, so that gradients come back in the order of the file.
 */
final class TorchArguments {

  private final GoldenCase asked;
  private final Backend on;
  private final Map<String, Variable> loaded = new LinkedHashMap<>();

  TorchArguments(GoldenCase asked, Backend on) {
    this.asked = asked;
    this.on = on;
  }

  // ---- Tensors ----------------------------------------------------------------------------------

  Variable x() {
    return tensor("input.x");
  }

  /** A tensor by its full name, the same variable every time. */
  Variable tensor(String name) {
    return loaded.computeIfAbsent(
        name, key -> Variable.parameter(ChannelsLast.loadAsIs(asked, key, on)));
  }

  Variable a() {
    return tensor("input.a");
  }

  Variable b() {
    return tensor("input.b");
  }

  /** A tensor that receives no gradient, by its full name. */
  Variable constant(String name) {
    return Variable.constant(ChannelsLast.loadAsIs(asked, name, on));
  }

  Variable constant(Shape shape, double[] values) {
    return Variable.constant(Tensor.of(on, shape, values));
  }

  /** Class numbers by their full name. */
  int[] labels(String name) {
    return Arrays.stream(asked.longs(name)).mapToInt(Math::toIntExact).toArray();
  }

  /** Names of the outputs, in the order in which they are to be computed. */
  List<String> outputs() {
    return asked.outputs();
  }

  boolean isBoolean(String name) {
    return asked.entry(name).type() == StoredType.BOOL;
  }

  boolean has(String name) {
    return asked.has(name);
  }

  Variable weight() {
    return tensor("param.weight");
  }

  Variable bias() {
    return tensor("param.bias");
  }

  Shape indexShape() {
    return Shape.of(asked.shape("input.index"));
  }

  int[] indexes() {
    return labels("input.index");
  }

  Map<String, Variable> loaded() {
    return loaded;
  }

  Variable filled(double value, int... dims) {
    double[] values = new double[Shape.of(dims).size()];
    Arrays.fill(values, value);
    return Variable.constant(Tensor.of(on, Shape.of(dims), values));
  }

  // ---- Arguments --------------------------------------------------------------------------------

  JsonNode attr(String name) {
    return asked.attrs().path(name);
  }

  int integer(String name) {
    return attr(name).asInt();
  }

  double number(String name) {
    return attr(name).asDouble();
  }

  /** A number, or PyTorch's default where it was left out. */
  double number(String name, double otherwise) {
    return attr(name).asDouble(otherwise);
  }

  int[] integers(String name) {
    int[] values = new int[attr(name).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = attr(name).path(i).asInt();
    }
    return values;
  }

  /** Element i of an argument that is one number for all axes or one per axis. */
  int perAxis(String name, int i) {
    return attr(name).isArray() ? attr(name).path(i).asInt() : integer(name);
  }

  // ---- Axes -------------------------------------------------------------------------------------

  /** (N, C, ...) to (N, ..., C). */
  static Variable channelsLast(Variable x) {
    return x.shape().rank() < 3
        ? x
        : permute(x, ChannelsLast.secondToLast(x.shape().rank()));
  }

  /** (N, ..., C) to (N, C, ...). */
  static Variable channelsSecond(Variable x) {
    return x.shape().rank() < 3
        ? x
        : permute(x, ChannelsLast.lastToSecond(x.shape().rank()));
  }

  /** (N, L, C) to (N, 1, L, C). */
  static Variable asImage(Variable signal) {
    Shape s = signal.shape();
    return reshape(signal, Shape.of(s.dim(0), 1, s.dim(1), s.dim(2)));
  }

  /** (N, 1, L, C) to (N, L, C). */
  static Variable asSignal(Variable image) {
    Shape s = image.shape();
    return reshape(image, Shape.of(s.dim(0), s.dim(2), s.dim(3)));
  }
}
