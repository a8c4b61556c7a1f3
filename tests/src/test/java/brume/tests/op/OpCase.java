package brume.tests.op;

import brume.autograd.Variable;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One use of a differentiable function.
 *
 * @param name function and variant, unique
 * @param inputs shapes of the inputs
 * @param constants numbers of the inputs whose gradient does not exist
 * @param exempt extremes at which NaN or infinity is right, and why
 * @param function applies the function
 */
record OpCase(
    String name,
    List<Shape> inputs,
    List<Integer> constants,
    Map<Extreme, String> exempt,
    Function<Variable[], Variable> function) {

  private static final RandomKey NUMBERS = RandomKey.of(2026).child("op cases");

  static OpCase op(String name, List<Shape> inputs, Function<Variable[], Variable> function) {
    return new OpCase(name, inputs, List.of(), Map.of(), function);
  }

  static List<Shape> in(Shape... shapes) {
    return List.of(shapes);
  }

  /** The same case with an input that receives no gradient. */
  OpCase constant(int input) {
    List<Integer> more = new ArrayList<>(constants);
    more.add(input);
    return new OpCase(name, inputs, List.copyOf(more), exempt, function);
  }

  /** The same case without an extreme at which it is right to overflow. */
  OpCase except(Extreme extreme, String why) {
    Map<Extreme, String> more = new EnumMap<>(Extreme.class);
    more.putAll(exempt);
    more.put(extreme, why);
    return new OpCase(name, inputs, constants, Map.copyOf(more), function);
  }

  /** Where the numbers of an input come from. */
  @FunctionalInterface
  interface Values {
    float[] values(OpCase op, int input, int count);
  }

  /** Standard normal numbers, the same in every run, rounded to float. */
  float[] normal(int input, int count) {
    float[] values = new float[count];
    NUMBERS.child(name, input).fillNormal(0, values, 0, count);
    return values;
  }

  /** Fresh inputs on a device. */
  Variable[] on(Device device, Values values) {
    Variable[] variables = new Variable[inputs.size()];
    for (int i = 0; i < variables.length; i++) {
      Shape shape = inputs.get(i);
      Tensor t = Tensor.of(device, shape, values.values(this, i, shape.size()));
      variables[i] = constants.contains(i) ? Variable.constant(t) : Variable.parameter(t);
    }
    return variables;
  }

  @Override
  public String toString() {
    return name;
  }
}
