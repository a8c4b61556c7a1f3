package brume.bench.gpu;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A differentiable function of normal numbers, with the gradients of all its inputs.
 *
 * @param name of the function and its sizes
 * @param inputs shapes of the inputs
 * @param function applies it
 */
record FunctionWithGradients(
    String name, List<Shape> inputs, Function<Variable[], Variable> function) implements Operation {

  private static final RandomKey NUMBERS = RandomKey.of(2026).child("gpu check");

  @Override
  public Map<String, double[]> on(Backend device) {
    try (Scope scope = Scope.open()) {
      Variable[] variables = new Variable[inputs.size()];
      for (int i = 0; i < variables.length; i++) {
        variables[i] = Variable.parameter(normal(device, inputs.get(i), "input", i));
      }
      Map<String, double[]> results = new LinkedHashMap<>();
      Variable y = function.apply(variables);
      results.put("y", y.value().toDoubles());
      Gradients gradients = y.backward(normal(device, y.shape(), "dy", 0));
      for (int i = 0; i < variables.length; i++) {
        results.put("dx" + i, gradients.of(variables[i]).orElseThrow().toDoubles());
      }
      return results;
    }
  }

  private Tensor normal(Backend device, Shape shape, String what, int which) {
    float[] values = new float[shape.size()];
    NUMBERS.child(name).child(what, which).fillNormal(0, values, 0, values.length);
    return Tensor.of(device, shape, values);
  }
}
