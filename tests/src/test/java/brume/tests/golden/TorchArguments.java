package brume.tests.golden;

import static brume.autograd.function.Expand.expand;
import static brume.autograd.function.Permute.permute;
import static brume.autograd.function.Reshape.reshape;

import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.Tensor;
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
    return Arrays.stream(asked.longs("input.index")).mapToInt(Math::toIntExact).toArray();
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

  static Variable transposed(Variable x, int axis, int other) {
    int rank = x.shape().rank();
    int[] axes = new int[rank];
    Arrays.setAll(axes, i -> i);
    axes[Math.floorMod(axis, rank)] = Math.floorMod(other, rank);
    axes[Math.floorMod(other, rank)] = Math.floorMod(axis, rank);
    return permute(x, axes);
  }

  /** Repeats axes of size one, and leading axes that are missing, until the shape fits. */
  static Variable broadcast(Variable x, Shape shape) {
    int missing = shape.rank() - x.shape().rank();
    int[] dims = new int[shape.rank()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = i < missing ? 1 : x.shape().dim(i - missing);
    }
    Variable y = reshape(x, Shape.of(dims));
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == 1 && shape.dim(i) > 1) {
        y = repeated(y, i, shape.dim(i));
      }
    }
    return y;
  }

  private static Variable repeated(Variable x, int axis, int n) {
    Variable front = transposed(x, 0, axis);
    Shape single = front.shape();
    int[] dropped = Arrays.copyOfRange(single.toArray(), 1, single.rank());
    return transposed(expand(reshape(front, Shape.of(dropped)), n), 0, axis);
  }
}
